// What a learner's program is built with: step(name) notes the runtime's counters and the kernel's.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

var kept []any

// keep holds on to x, so that no collection takes it and it does not stay on the stack.
func keep(x any) { kept = append(kept, x) }

func step(name string) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	row := map[string]any{
		"step": name, "go": runtime.Version(), "heap_alloc": m.HeapAlloc, "heap_inuse": m.HeapInuse,
		"heap_sys": m.HeapSys, "heap_released": m.HeapReleased, "num_gc": m.NumGC,
	}
	if text, err := os.ReadFile("/proc/self/smaps"); err == nil {
		mapped, reserved, resident := heapAreas(string(text))
		row["vma_readwrite"], row["vma_reserved_noaccess"], row["rss_of_heap_vmas"] = mapped, reserved, resident
	}
	line, _ := json.Marshal(row)
	file, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.Write(append(line, '\n'))
}

var probe = new([64]byte) // lies in the heap, so its area is one of the heap's

// heapAreas adds up the area of the probe and all that adjoin it: bytes with access, bytes
// without, resident bytes of both.
func heapAreas(smaps string) (mapped, reserved, resident uint64) {
	type area struct{ start, end, rss uint64; access bool }
	var areas []area
	for _, line := range strings.Split(smaps, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		from, to, found := strings.Cut(words[0], "-")
		start, err := strconv.ParseUint(from, 16, 64)
		if found && err == nil {
			end, _ := strconv.ParseUint(to, 16, 64)
			areas = append(areas, area{start, end, 0, words[1][1] == 'w'})
		} else if words[0] == "Rss:" {
			kib, _ := strconv.ParseUint(words[1], 10, 64)
			areas[len(areas)-1].rss = kib << 10
		}
	}
	at := uint64(uintptr(unsafe.Pointer(probe)))
	first := 0
	for i, a := range areas {
		if a.start <= at && at < a.end {
			first = i
		}
	}
	last := first
	for first > 0 && areas[first-1].end == areas[first].start {
		first--
	}
	for last+1 < len(areas) && areas[last+1].start == areas[last].end {
		last++
	}
	for _, a := range areas[first : last+1] {
		resident += a.rss
		if a.access {
			mapped += a.end - a.start
		} else {
			reserved += a.end - a.start
		}
	}
	return
}
