/* Does lists of memory calls on a real Linux and writes down what came of each.

   gcc -O1 -Wl,-z,now -o calls calls.c && ./calls FILE [heap] < lists > results

   A list is a line of calls "who:verb:first:n:how": who is 0, or k for the k-th process forked;
   first and n are pages of a window, whose page 40 begins a page table, or with "heap" of the heap.
   verbs: map, mapp (MAP_POPULATE), unmap, prot, dontneed, huge, brk (to page first), read, write
   (a byte of each page), fork, exit. how: rights, and for map the kind: a anonymous, S the same
   shared, f FILE from a page on, s the same shared. FILE is made anew: 40 pages, each a folio of
   its own in the page cache.
   A result: "code faults|areas|pages" of the process that called, of a fork of the child. code is
   -errno or the signal; a page is . absent, z of zeros, a anonymous, f of a file, A and F if nobody
   else maps it. The frame numbers, and so z, need root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L
#define PAGES 96
#define FILE_PAGES 40
#define FRAME(entry) ((entry) & ((1ULL << 55) - 1))
#define IS(word) (!strcmp(c->verb, word))

struct call { int who; char verb[12]; long first, n; char how[16]; };
struct shared { volatile int done, born; int length; char out[1 << 20]; };

static char *window = (char *)0x1000000000L + (512 - 40) * PAGE;
static struct shared *shared;
static struct call calls[400];
static int ncalls, me, fd;
static uint64_t zero;
static sigjmp_buf back;

static void on_signal(int number) { siglongjmp(back, number); }

static void say(const char *text) {
    strcpy(shared->out + shared->length, text);
    shared->length += strlen(text);
}

static void pagemap(char *at, uint64_t *entries, int n) {
    int m = open("/proc/self/pagemap", O_RDONLY);
    if (pread(m, entries, n * 8L, (long)at / PAGE * 8) != n * 8L) say("?");
    close(m);
}

static void look(void) {
    static char text[1 << 20], line[200];
    int have = 0, got, m = open("/proc/self/maps", O_RDONLY);
    while ((got = read(m, text + have, sizeof text - 1 - have)) > 0) have += got;
    text[have] = 0;
    close(m);
    say("|");
    for (char *at = text, *end; *at; at = end + 1) {
        unsigned long start, stop, offset;
        char how[8];
        end = strchr(at, '\n');
        sscanf(at, "%lx-%lx %7s %lx", &start, &stop, how, &offset);
        long first = ((long)start - (long)window) / PAGE, last = ((long)stop - (long)window) / PAGE;
        if ((long)start < (long)window || first >= PAGES) continue;
        *end = 0;
        sprintf(line, "%ld-%ld:%s:%ld%s ", first, last, how, offset / PAGE,
                strstr(at, "[heap]") ? "h" : "");
        say(line);
    }
    uint64_t page[PAGES];
    pagemap(window, page, PAGES);
    say("|");
    for (int i = 0; i < PAGES; i++) {
        int file = page[i] >> 61 & 1, alone = page[i] >> 56 & 1;
        line[i] = !(page[i] >> 63) ? '.' : FRAME(page[i]) == zero ? 'z' : "aAfF"[2 * file + alone];
    }
    strcpy(line + PAGES, "\n");
    say(line);
}

static void touch(char *volatile at, volatile long n, volatile int write, struct rusage *before) {
    getrusage(RUSAGE_SELF, before);
    for (volatile char *p = at + 5; n--; p += PAGE)
        if (write) *p = 1; else (void)*p;
}

static int rights(const char *how) {
    return (how[0] == 'r' ? PROT_READ : 0) | (how[1] == 'w' ? PROT_WRITE : 0) |
           (how[2] == 'x' ? PROT_EXEC : 0);
}

static void serve(struct call *c) {
    struct rusage a, b;
    char text[64], *at = window + c->first * PAGE;
    long length = c->n * PAGE;
    volatile long r = 0;
    /* First what the calls themselves need, so that they take no fault: a stack for a signal ... */
    if (!sigsetjmp(back, 1)) raise(SIGUSR1);
    mmap(at, 0, 0, 0, -1, 0);
    touch(text, 1, 0, &a);
    for (int twice = 0; twice < 2; twice++) getrusage(RUSAGE_SELF, &a), getrusage(RUSAGE_SELF, &b);
    errno = 0;
    if (IS("read") || IS("write")) {
        int signal = sigsetjmp(back, 1);
        if (!signal) touch(at, c->n, IS("write"), &a);
        getrusage(RUSAGE_SELF, &b);
        r = signal;
    } else if (IS("brk")) r = syscall(SYS_brk, at) == (long)at ? 0 : (errno = ENOMEM, -1);
    else if (IS("unmap")) r = munmap(at, length);
    else if (IS("prot")) r = mprotect(at, length, rights(c->how));
    else if (IS("dontneed")) r = madvise(at, length, MADV_DONTNEED);
    else if (IS("huge")) r = madvise(at, length, MADV_HUGEPAGE);
    else {
        int kind = c->how[3], file = kind == 'f' || kind == 's';
        int flags = MAP_FIXED | (kind == 's' || kind == 'S' ? MAP_SHARED : MAP_PRIVATE) |
                    (file ? 0 : MAP_ANONYMOUS) | (IS("mapp") ? MAP_POPULATE : 0);
        long offset = file ? atoi(c->how + 4) * PAGE : 0;
        getrusage(RUSAGE_SELF, &a);
        r = mmap(at, length, rights(c->how), flags, file ? fd : -1, offset) == MAP_FAILED ? -1 : 0;
        getrusage(RUSAGE_SELF, &b);
    }
    sprintf(text, "%ld %ld", r < 0 ? -(long)errno : r,
            b.ru_minflt - a.ru_minflt + 1000 * (b.ru_majflt - a.ru_majflt));
    say(text);
    look();
}

static void live(void) {
    while (shared->done < ncalls) {
        int done = shared->done;
        struct call *c = &calls[done];
        if (c->who != me) {
            sched_yield();
        } else if (IS("fork")) {
            int number = ++shared->born;
            if (fork()) {
                while (shared->done == done) sched_yield();
                continue;
            }
            me = number;
            say("0 0");
            look();
            shared->done++;
        } else if (IS("exit")) {
            munmap(window, PAGES * PAGE);
            say("0 0||\n");
            shared->done++;
            return;
        } else {
            serve(c);
            shared->done++;
        }
    }
}

int main(int argc, char **argv) {
    static char line[1 << 16], in[1 << 16], out[1 << 16], page[PAGE];
    setvbuf(stdin, in, _IOFBF, sizeof in); /* no malloc: the heap is the programs' */
    setvbuf(stdout, out, _IOFBF, sizeof out);
    if (argc > 2) window = (char *)syscall(SYS_brk, 0);
    unlink(argv[1]);
    fd = open(argv[1], O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < FILE_PAGES; i++)
        if (pwrite(fd, page, PAGE, i * PAGE) != PAGE) return 1;
    shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    char *zeros = mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    pagemap(zeros, &zero, 1);
    zero = FRAME(zero);
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    sigaction(SIGSEGV, &act, 0);
    sigaction(SIGBUS, &act, 0);
    sigaction(SIGUSR1, &act, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    while (fgets(line, sizeof line, stdin)) {
        ncalls = 0;
        for (char *word = strtok(line, " \n"); word; word = strtok(0, " \n")) {
            struct call *c = &calls[ncalls++];
            memset(c, 0, sizeof *c);
            sscanf(word, "%d:%11[^:]:%ld:%ld:%15s", &c->who, c->verb, &c->first, &c->n, c->how);
        }
        shared->done = shared->born = shared->length = 0;
        fflush(stdout);
        if (!fork()) {
            live();
            _exit(0);
        }
        while (wait(0) > 0) {}
        fputs(shared->out, stdout);
        puts("");
    }
}
