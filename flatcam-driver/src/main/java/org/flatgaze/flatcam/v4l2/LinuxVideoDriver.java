package org.flatgaze.flatcam.v4l2;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls through the foreign function interface. Argument and error memory is allocated once; one thread.
 */
@SuppressWarnings("restricted") // talking to the kernel is the purpose of this class
final class LinuxVideoDriver implements VideoDriver {

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED = 1;
    private static final short POLLIN = 1;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            variadic("open", 2, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL = variadic(
            "ioctl",
            2,
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    private static final MethodHandle MMAP = plain(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            plain("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle POLL = plain(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            plain("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final MemorySegment callState = Arena.ofAuto().allocate(CALL_STATE);

    /** struct pollfd: descriptor, requested events, returned events. */
    private final MemorySegment pollEntry = Arena.ofAuto().allocate(8, 4);

    private static MethodHandle plain(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(find(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, int firstVariadic, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(
                        find(name),
                        descriptor,
                        Linker.Option.captureCallState("errno"),
                        Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment find(String name) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }

    @Override
    public int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) OPEN.invokeExact(callState, arena.allocateFrom(path), O_RDWR | O_NONBLOCK | O_CLOEXEC));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int ioctl(int descriptor, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(callState, descriptor, request, argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public MemorySegment map(int descriptor, long offset, long length) {
        try {
            MemorySegment address = (MemorySegment)
                    MMAP.invokeExact(callState, MemorySegment.NULL, length, PROT_READ, MAP_SHARED, descriptor, offset);
            return address.address() == -1 ? null : address.reinterpret(length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public void unmap(MemorySegment buffer) {
        try {
            int ignored = (int) MUNMAP.invokeExact(callState, buffer, buffer.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int awaitReadable(int descriptor, int timeoutMillis) {
        pollEntry.set(ValueLayout.JAVA_INT, 0, descriptor);
        pollEntry.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        pollEntry.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
        int ready;
        try {
            ready = result((int) POLL.invokeExact(callState, pollEntry, 1L, timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        // An unplugged camera is "ready" with an error event alone; dequeuing then tells which error.
        return ready;
    }

    @Override
    public void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(callState, descriptor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int result(int answer) {
        return answer >= 0 ? answer : -(int) ERRNO.get(callState, 0L);
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException("system call failed", e);
    }
}
