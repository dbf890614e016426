package org.flatgaze.runtime.os;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/**
 * Asks the operating system for steady timing. Nothing here fails: what is not granted is answered with the reason and
 * the remedy, and the caller goes on without it.
 *
 * <p>Linux on a 64-bit machine; elsewhere every request is answered with that. Calls about a thread concern the calling
 * one. Any thread.
 */
public final class SystemTuning {

    /** Cores told apart: as many as the C library's cpu_set_t has bits. */
    static final int CORES_MOST = 1024;

    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EINVAL = 22;
    private static final int EOPNOTSUPP = 95;
    private static final int SCHED_FIFO = 1;
    private static final int NICEST = 19;
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;
    private static final int MCL_ONFAULT = 4;

    /** Null where there is no such system. */
    private final SystemCalls calls;

    /** Where the system says whether it has huge pages. */
    private final Path hugePages;

    /** Whether the JVM asked for its heap to lie in them. */
    private final boolean hugeHeap;

    /** Where the kernel hears how late a core may wake. */
    private final Path wakeLatency;

    /** The wish for cores that stay awake; the kernel forgets it when this is closed. */
    private OutputStream awake;

    SystemTuning(SystemCalls calls) {
        this(
                calls,
                Path.of("/sys/kernel/mm/transparent_hugepage/enabled"),
                asksForHugeHeap(),
                Path.of("/dev/cpu_dma_latency"));
    }

    SystemTuning(SystemCalls calls, Path hugePages, boolean hugeHeap, Path wakeLatency) {
        this.calls = calls;
        this.hugePages = hugePages;
        this.hugeHeap = hugeHeap;
        this.wakeLatency = wakeLatency;
    }

    private static boolean asksForHugeHeap() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseTransparentHugePages")
                    .getValue());
        } catch (RuntimeException _) {
            // Another JVM, or one without this option.
            return false;
        }
    }

    /** For this machine. */
    public static SystemTuning open() {
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
        boolean wide = "64".equals(System.getProperty("sun.arch.data.model", "64"));
        try {
            return new SystemTuning(linux && wide ? new LinuxCalls() : null);
        } catch (UnsupportedOperationException _) {
            return new SystemTuning(null);
        }
    }

    /** Numbers of the cores the calling thread may use, rising; empty where that is not known. */
    public int[] cores() {
        if (calls == null) {
            return new int[0];
        }
        long[] mask = new long[CORES_MOST / Long.SIZE];
        if (calls.getAffinity(mask) < 0) {
            return new int[0];
        }
        int[] found = new int[CORES_MOST];
        int count = 0;
        for (int core = 0; core < CORES_MOST; core++) {
            if (((mask[core / Long.SIZE] >>> (core % Long.SIZE)) & 1) != 0) {
                found[count++] = core;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /**
     * Keeps the calling thread on some cores.
     *
     * @param cores numbers as {@link #cores()} gives them, at least one
     */
    public Outcome pinThread(int... cores) {
        String measure = "pin '" + Thread.currentThread().getName() + "' to core " + list(cores);
        if (cores.length == 0) {
            throw new IllegalArgumentException("cores=0: expected at least one");
        }
        long[] mask = new long[CORES_MOST / Long.SIZE];
        for (int core : cores) {
            if (core < 0 || core >= CORES_MOST) {
                throw new IllegalArgumentException("core=" + core + ": expected 0.." + (CORES_MOST - 1));
            }
            mask[core / Long.SIZE] |= 1L << (core % Long.SIZE);
        }
        return calls == null
                ? elsewhere(measure)
                : outcome(
                        measure,
                        calls.setAffinity(mask),
                        "",
                        "allow the core in the cpuset of the container or service (AllowedCPUs=, --cpuset-cpus)");
    }

    /** Keeps the memory of the process from being swapped out: each page from its first use on. */
    public Outcome lockMemory() {
        String measure = "lock memory";
        return calls == null
                ? elsewhere(measure)
                : outcome(
                        measure,
                        // On fault: locking the whole reserved heap and every mapped file at once could fill the
                        // machine.
                        calls.lockAllMemory(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT),
                        "",
                        "raise the limit (LimitMEMLOCK=infinity, ulimit -l unlimited) or grant CAP_IPC_LOCK");
    }

    /**
     * Lets no core of the machine sleep so deeply that it wakes late, for as long as this object is in use, at most until the
     * process ends. Idle cores then burn power.
     */
    public synchronized Outcome keepAwake() {
        String measure = "keep cores awake";
        if (calls == null) {
            return elsewhere(measure);
        }
        try {
            if (awake == null) {
                OutputStream wish = Files.newOutputStream(wakeLatency, StandardOpenOption.WRITE);
                awake = wish;
                wish.write(new byte[Integer.BYTES]); // 0 us; see Documentation/power/pm_qos_interface.rst
            }
            return Outcome.applied(measure, "wake-up latency 0");
        } catch (NoSuchFileException _) {
            return Outcome.refused(measure, "this system does not offer it");
        } catch (AccessDeniedException _) {
            return Outcome.refused(
                    measure,
                    "not permitted; let this user write " + wakeLatency
                            + " (udev: KERNEL==\"cpu_dma_latency\", GROUP=\"realtime\", MODE=\"0660\")");
        } catch (IOException e) {
            return Outcome.refused(measure, "refused: " + e.getMessage());
        }
    }

    /**
     * Lets the calling thread go before all ordinary threads. A thread that never waits can then block its core.
     *
     * @param priority 1..99
     */
    public Outcome realTimeThread(int priority) {
        if (priority < 1 || priority > 99) {
            throw new IllegalArgumentException("priority=" + priority + ": expected 1..99");
        }
        String measure = "real-time class for '" + Thread.currentThread().getName() + "', priority " + priority;
        return calls == null
                ? elsewhere(measure)
                : outcome(
                        measure,
                        calls.setScheduler(SCHED_FIFO, priority),
                        "SCHED_FIFO",
                        "raise the limit (LimitRTPRIO=" + priority + ", ulimit -r) or grant CAP_SYS_NICE");
    }

    /** Lets the calling thread have what ordinary threads leave, and little more. Needs no permission. */
    public Outcome stepBack() {
        String measure = "lowest priority for '" + Thread.currentThread().getName() + "'";
        return calls == null
                ? elsewhere(measure)
                : outcome(measure, calls.setNice(NICEST), "nice " + NICEST, "allow setpriority in the seccomp profile");
    }

    /**
     * Asks that the calling thread, one of the ordinary class, get turns of that length: when it wakes, it goes at once
     * before those with longer ones, for as long. Needs no permission; of the real-time class it has no effect.
     *
     * @param nanos 100,000..100,000,000, as the kernel bounds it; the system's default is about 3 ms
     */
    public Outcome turns(long nanos) {
        if (nanos < 100_000 || nanos > 100_000_000) {
            throw new IllegalArgumentException("nanos=" + nanos + ": expected 100000..100000000");
        }
        String measure = "turns of '" + Thread.currentThread().getName() + "' " + nanos / 1_000 + " us";
        return calls == null
                ? elsewhere(measure)
                : outcome(measure, calls.setTurn(nanos), "", "Linux 6.12 and later have it, where sched_setattr is allowed");
    }

    /**
     * How late the timers of the calling thread may be; the system's default is 50 us.
     *
     * @param nanos at least 1
     */
    public Outcome timerSlack(long nanos) {
        if (nanos < 1) {
            throw new IllegalArgumentException("nanos=" + nanos + ": expected at least 1");
        }
        String measure = "timer slack of '" + Thread.currentThread().getName() + "' " + nanos + " ns";
        return calls == null
                ? elsewhere(measure)
                : outcome(measure, calls.setTimerSlack(nanos), "", "allow prctl in the seccomp profile");
    }

    /** Whether the heap lies in huge pages. A JVM asks for them when it starts, so there is only an answer to give. */
    public Outcome hugePages() {
        String measure = "huge pages";
        if (calls == null) {
            return elsewhere(measure);
        }
        String mode;
        try {
            mode = Files.readString(hugePages);
        } catch (IOException _) {
            return Outcome.refused(measure, "this system does not offer them");
        }
        if (mode.contains("[always]")) {
            return Outcome.applied(measure, "by the system");
        }
        if (mode.contains("[never]")) {
            return Outcome.refused(measure, "not permitted; write 'madvise' to " + hugePages);
        }
        return hugeHeap
                ? Outcome.applied(measure, "heap")
                : Outcome.refused(measure, "not asked for; FLATGAZE_JAVA_OPTS=-XX:+UseTransparentHugePages");
    }

    private static Outcome outcome(String measure, int answer, String applied, String remedy) {
        if (answer >= 0) {
            return Outcome.applied(measure, applied);
        }
        String reason = switch (-answer) {
            case EPERM -> "not permitted";
            case ENOMEM -> "not permitted beyond the limit of this process";
            case EINVAL -> "refused as invalid here";
            case EOPNOTSUPP -> "not known to this kernel";
            default -> "refused with error " + -answer;
        };
        return Outcome.refused(measure, reason + "; " + remedy);
    }

    private static Outcome elsewhere(String measure) {
        return Outcome.refused(measure, "not available on this system; it needs 64-bit Linux");
    }

    private static String list(int[] cores) {
        return Arrays.toString(cores).replaceAll("[\\[\\] ]", "");
    }
}
