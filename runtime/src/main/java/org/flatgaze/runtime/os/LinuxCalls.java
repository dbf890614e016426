package org.flatgaze.runtime.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** The C library's calls through the foreign function interface. Any thread; none of them is for the frame path. */
@SuppressWarnings("restricted") // talking to the kernel is the purpose of this class
final class LinuxCalls implements SystemCalls {

    private static final int PRIO_PROCESS = 0;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int EOPNOTSUPP = 95;

    // struct sched_attr of linux/sched/types.h, its first version. Not every C library wraps its two calls.
    private static final int ATTRIBUTES_BYTES = 48;
    private static final int ATTRIBUTES_RUNTIME = 24;
    private static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");
    private static final long SCHED_SETATTR = IS_ARM ? 274 : 314;
    private static final long SCHED_GETATTR = IS_ARM ? 275 : 315;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle setAffinity = handle(
            "sched_setaffinity",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    private final MethodHandle getAffinity = handle(
            "sched_getaffinity",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    private final MethodHandle lockAll =
            handle("mlockall", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private final MethodHandle setScheduler = handle(
            "sched_setscheduler",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private final MethodHandle setPriority = handle(
            "setpriority",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private final MethodHandle control = handle(
            "prctl",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private final MethodHandle call = handle(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... more) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
        List<Linker.Option> options = new ArrayList<>(List.of(more));
        options.add(Linker.Option.captureCallState("errno"));
        return linker.downcallHandle(address, descriptor, options.toArray(Linker.Option[]::new));
    }

    @Override
    public int setAffinity(long[] mask) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment words = arena.allocateFrom(ValueLayout.JAVA_LONG, mask);
            return result(state, (int) setAffinity.invokeExact(state, 0, words.byteSize(), words));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int getAffinity(long[] mask) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment words = arena.allocateFrom(ValueLayout.JAVA_LONG, mask);
            int answer = result(state, (int) getAffinity.invokeExact(state, 0, words.byteSize(), words));
            MemorySegment.copy(words, ValueLayout.JAVA_LONG, 0, mask, 0, mask.length);
            return answer;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int lockAllMemory(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return result(state, (int) lockAll.invokeExact(state, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int setScheduler(int policy, int priority) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment parameter = arena.allocateFrom(ValueLayout.JAVA_INT, priority);
            return result(state, (int) setScheduler.invokeExact(state, 0, policy, parameter));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int setNice(int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            // Of a process, says the manual; of the thread, does Linux.
            return result(state, (int) setPriority.invokeExact(state, PRIO_PROCESS, 0, value));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public int setTurn(long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            int answer = getAttributes(state, attributes);
            if (answer < 0) {
                return answer;
            }
            attributes.set(ValueLayout.JAVA_LONG, ATTRIBUTES_RUNTIME, nanos);
            answer = result(state, (int) (long) call.invokeExact(state, SCHED_SETATTR, 0L, attributes, 0L, 0L));
            if (answer < 0) {
                return answer;
            }
            // A kernel without turns of one's own ignores the wish and does not give it back.
            answer = getAttributes(state, attributes);
            return answer < 0 || attributes.get(ValueLayout.JAVA_LONG, ATTRIBUTES_RUNTIME) == nanos
                    ? answer
                    : -EOPNOTSUPP;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int getAttributes(MemorySegment state, MemorySegment attributes) throws Throwable {
        return result(state, (int)
                (long) call.invokeExact(state, SCHED_GETATTR, 0L, attributes, (long) ATTRIBUTES_BYTES, 0L));
    }

    @Override
    public int setTimerSlack(long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return result(state, (int) control.invokeExact(state, PR_SET_TIMERSLACK, nanos));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int result(MemorySegment state, int answer) {
        return answer >= 0 ? answer : -(int) ERRNO.get(state, 0L);
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException("system call failed", e);
    }
}
