"""The system calls that no exercise needs, refused: a filter that bubblewrap hands to the kernel.

It closes what limits do not reach (memory that belongs to no process: memfd_create, shmget, memory
shared without a file, lists of access rights, pages in pipes, file locks, larger buffers of
sockets) and doors into the kernel that have been broken before (user namespaces, bpf, io_uring,
keys, ptrace, families of sockets that nobody needs).
Source: seccomp(2), linux/audit.h, the kernel's syscall tables for x86-64 and for aarch64.
"""

import platform
import struct

# By machine: the architecture's AUDIT_ARCH number, and its numbers of the calls below.
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
REFUSED = {  # call: number on x86-64, number on aarch64
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsetxattr": (190, 7),  # with lists of access that no size counts
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lsetxattr": (189, 6),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "setxattr": (188, 5),
    "setxattrat": (463, 463),
    "shmget": (29, 194),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),  # a pipe may hold 2 MiB for each of its 4 KiB
}
CLONE3, MMAP = (435, 435), (9, 222)
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
SHARED_AND_NO_FILE = 0x21  # MAP_SHARED, MAP_ANONYMOUS
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # where they lie in struct seccomp_data
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, EINVAL, ENOSYS = 0x00050001, 0x00050016, 0x00050026

AF_UNIX, SO_SNDBUF, CLONE_NEWUSER = 1, 7, 0x10000000
LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW: no limit counts them
# Decided by an argument: the call, which argument, whether it is one of these, then, else.
DECIDED = (
    ((41, 198), 0, EQUAL, (AF_UNIX,), ALLOW, EINVAL),  # socket: no such family here
    ((53, 199), 0, EQUAL, (AF_UNIX,), ALLOW, EINVAL),  # socketpair
    ((54, 208), 2, EQUAL, (SO_SNDBUF,), EPERM, ALLOW),  # setsockopt
    ((56, 220), 0, ANY_BIT, (CLONE_NEWUSER,), EPERM, ALLOW),  # clone
    ((72, 25), 1, EQUAL, LOCKS, EPERM, ALLOW),  # fcntl
)


def program(machine=None):
    """The filter as bytes of struct sock_filter; b"" for a machine that is not known here."""
    machine = machine or platform.machine()
    if machine not in ARCH:
        return b""
    which = list(ARCH).index(machine)
    code = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, ARCH[machine]), (RETURN, 0, 0, KILL)]
    code += [(LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":  # the x32 twins of all calls
        code += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, KILL)]
    for numbers in REFUSED.values():
        if numbers[which] is not None:
            code += [(EQUAL, 0, 1, numbers[which]), (RETURN, 0, 0, EPERM)]
    # The flags of clone3 lie in memory, out of a filter's sight; libraries know to take clone then.
    code += [(EQUAL, 0, 1, CLONE3[which]), (RETURN, 0, 0, ENOSYS)]
    # Shared memory without a file: what no process has touched last is in no process.
    code += [(EQUAL, 0, 5, MMAP[which]), (LOAD, 0, 0, ARGUMENTS + 8 * 3)]
    code += [(AND, 0, 0, SHARED_AND_NO_FILE), (EQUAL, 0, 1, SHARED_AND_NO_FILE)]
    code += [(RETURN, 0, 0, EPERM), (RETURN, 0, 0, ALLOW)]
    for numbers, argument, test, values, then, otherwise in DECIDED:
        steps = [(LOAD, 0, 0, ARGUMENTS + 8 * argument)]
        for value in values:
            steps += [(test, 0, 1, value), (RETURN, 0, 0, then)]
        steps += [(RETURN, 0, 0, otherwise)]
        code += [(EQUAL, 0, len(steps), numbers[which]), *steps]
    return b"".join(struct.pack("=HBBI", *step) for step in [*code, (RETURN, 0, 0, ALLOW)])
