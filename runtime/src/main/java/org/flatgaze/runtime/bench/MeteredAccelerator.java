package org.flatgaze.runtime.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;

/**
 * An accelerator whose executions note how long each run took and what it allocated on its thread: so the backend's
 * garbage is told from ours, and the bare inference time is known within the run.
 *
 * <p>Compile and make executions on one thread; each execution notes for itself. {@link #begin()} and the sums are for a
 * thread that has seen the working threads end.
 */
final class MeteredAccelerator implements Accelerator {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Accelerator inner;
    private final Map<String, MeteredProgram> programs = new LinkedHashMap<>();

    MeteredAccelerator(Accelerator inner) {
        this.inner = inner;
    }

    /** Bytes the calling thread has allocated since it began. */
    static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Bytes all threads, also those that ended, have allocated. */
    static long allThreadsAllocatedBytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }

    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        MeteredProgram program = new MeteredProgram(inner.compile(model, options));
        programs.put(program.name(), program);
        return program;
    }

    /** The program of a model, for executions of one's own. */
    Program program(String name) {
        return programs.get(name);
    }

    /** Forgets what was noted so far. */
    void begin() {
        for (MeteredProgram program : programs.values()) {
            program.executions.forEach(MeteredExecution::begin);
        }
    }

    /** Times of the runs of one model since {@link #begin()}. */
    Histogram times(String name) {
        return Times.sum(
                programs.get(name).executions.stream().map(e -> e.times).toList());
    }

    /** Bytes that the runs of all models allocated since {@link #begin()}. */
    long bytes() {
        return programs.values().stream()
                .flatMap(program -> program.executions.stream())
                .mapToLong(e -> e.bytes)
                .sum();
    }

    @Override
    public void close() {
        inner.close();
    }

    private static final class MeteredProgram implements Program {

        private final Program inner;
        private final List<MeteredExecution> executions = new ArrayList<>();

        MeteredProgram(Program inner) {
            this.inner = inner;
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<TensorSpec> inputs() {
            return inner.inputs();
        }

        @Override
        public List<TensorSpec> outputs() {
            return inner.outputs();
        }

        @Override
        public Execution newExecution() {
            MeteredExecution execution = new MeteredExecution(inner.newExecution());
            executions.add(execution);
            return execution;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static final class MeteredExecution implements Execution {

        private final Execution inner;
        private final Times times = new Times();
        private long bytes;
        private long sliced;

        MeteredExecution(Execution inner) {
            this.inner = inner;
        }

        void begin() {
            times.take();
            bytes = 0;
            sliced = 0;
        }

        @Override
        public ByteBuffer input(int index) {
            return inner.input(index);
        }

        @Override
        public ByteBuffer output(int index) {
            return inner.output(index);
        }

        @Override
        public void run() {
            long before = allocatedBytes();
            long begun = System.nanoTime();
            inner.run();
            times.record(System.nanoTime() - begun);
            bytes += allocatedBytes() - before;
        }

        @Override
        public StepResult step(long budgetNanos) {
            long before = allocatedBytes();
            long begun = System.nanoTime();
            StepResult result = inner.step(budgetNanos);
            sliced += System.nanoTime() - begun;
            if (result == StepResult.DONE) {
                times.record(sliced);
                sliced = 0;
            }
            bytes += allocatedBytes() - before;
            return result;
        }

        @Override
        public boolean isPreemptible() {
            return inner.isPreemptible();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
