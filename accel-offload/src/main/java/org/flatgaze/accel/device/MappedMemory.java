package org.flatgaze.accel.device;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The C library's {@code open}, {@code mmap} and {@code close}: the JDK's own mapping asks a device file for its length,
 * which it does not have.
 */
@SuppressWarnings("restricted") // talking to the kernel is the purpose of this class
final class MappedMemory {

    private static final int O_RDWR = 2;
    private static final int O_SYNC = 0x10_1000;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int EACCES = 13;
    private static final int ENOENT = 2;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle MMAP = handle(
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
            handle("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private MappedMemory() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... more) {
        Linker.Option[] options = new Linker.Option[more.length + 1];
        System.arraycopy(more, 0, options, 1, more.length);
        options[0] = Linker.Option.captureCallState("errno");
        MemorySegment function = Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
        return Linker.nativeLinker().downcallHandle(function, descriptor, options);
    }

    /** Maps the first bytes of a file for reading and writing, shared with whoever else maps it. */
    static MemorySegment map(Path file, long bytes) throws BusException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment path = arena.allocateFrom(file.toString());
            int descriptor = (int) OPEN.invokeExact(state, path, O_RDWR | O_SYNC | O_CLOEXEC);
            if (descriptor < 0) {
                throw failure(file, state);
            }
            MemorySegment mapped = (MemorySegment)
                    MMAP.invokeExact(state, MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0L);
            BusException failure = mapped.address() == -1 ? failure(file, state) : null;
            int ignored = (int) CLOSE.invokeExact(state, descriptor); // the mapping stays
            if (failure != null) {
                throw failure;
            }
            return mapped.reinterpret(bytes);
        } catch (BusException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    static void unmap(MemorySegment mapped) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) MUNMAP.invokeExact(arena.allocate(CALL_STATE), mapped, mapped.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    private static BusException failure(Path file, MemorySegment state) {
        int errno = (int) ERRNO.get(state, 0L);
        String reason = switch (errno) {
            case ENOENT -> "no such file; is the driver loaded?";
            case EACCES -> "permission denied; give your group access with a udev rule";
            default -> "cannot be mapped, error " + errno;
        };
        return new BusException(BusException.Kind.GONE, file + ": " + reason);
    }
}
