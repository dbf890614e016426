package org.flatgaze.runtime.vitcod;

import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.vitcod.plan.PairedTiming;

/**
 * One model three ways, one thread each: dense and with masks on our CPU backend, and dense on ONNX Runtime where that
 * runs. Belongs to one thread.
 */
public final class ModelComparison implements AutoCloseable {

    private final LayerGraph masked;
    private final Runner ours;
    private final Runner pruned;
    private final Runner onnx;

    private ModelComparison(LayerGraph masked, Runner ours, Runner pruned, Runner onnx) {
        this.masked = masked;
        this.ours = ours;
        this.pruned = pruned;
        this.onnx = onnx;
    }

    /**
     * Compiles all three.
     *
     * @param model the dense ONNX model
     * @param masked the same with masks in its attention
     * @throws AcceleratorException if one cannot be compiled, or the two have other inputs or outputs
     */
    public static ModelComparison open(ModelSource model, LayerGraph masked) {
        AcceleratorProvider runtime = Accelerators.byId("onnx");
        Runner ours = new Runner("cpu", model);
        Runner pruned = null;
        Runner onnx = null;
        try {
            pruned = new Runner("cpu", new ModelSource(masked.name(), GraphFile.write(masked)));
            onnx = runtime.probe().usable() ? new Runner("onnx", model) : null;
            requireSame("inputs", ours.program.inputs(), pruned.program.inputs());
            requireSame("outputs", ours.program.outputs(), pruned.program.outputs());
            return new ModelComparison(masked, ours, pruned, onnx);
        } catch (AcceleratorException e) {
            ours.close();
            close(pruned);
            close(onnx);
            throw e;
        }
    }

    private static void requireSame(String what, List<TensorSpec> a, List<TensorSpec> b) {
        boolean same = a.size() == b.size() && (what.equals("outputs") || a.size() == 1);
        for (int i = 0; same && i < a.size(); i++) {
            same = Arrays.equals(a.get(i).shape(), b.get(i).shape());
        }
        if (!same) {
            throw new AcceleratorException("the pruned model has other " + what + " than the model, or more than one"
                    + " input: compile it again from this model");
        }
    }

    /** What the outputs of the first tensor differ by, over all pictures. */
    public Accuracy accuracy(ModelPictures pictures) {
        int n = pictures.count();
        double[] difference = new double[n];
        double[] toOnnx = new double[n];
        double[] turned = new double[n];
        double[] denseError = new double[n];
        double[] prunedError = new double[n];
        double mean = 0;
        for (int i = 0; i < n; i++) {
            float[] dense = ours.outputs(pictures, i);
            float[] sparse = pruned.outputs(pictures, i);
            for (int o = 0; o < dense.length; o++) {
                double d = Math.abs((double) dense[o] - sparse[o]);
                difference[i] = d > difference[i] || Double.isNaN(d) ? d : difference[i];
                mean += d / dense.length / n;
            }
            float[] reference = onnx == null ? dense : onnx.outputs(pictures, i);
            for (int o = 0; o < dense.length; o++) {
                toOnnx[i] = Math.max(toOnnx[i], Math.abs((double) dense[o] - reference[o]));
            }
            // Gaze nets of five outputs give the vector first.
            boolean vector = dense.length == 3 || dense.length == 5;
            turned[i] = vector ? GazeAngle.betweenDeg(dense, 0, sparse, 0) : Double.NaN;
            boolean labelled = pictures.isLabelled() && vector;
            denseError[i] = labelled ? pictures.errorDeg(i, dense) : Double.NaN;
            prunedError[i] = labelled ? pictures.errorDeg(i, sparse) : Double.NaN;
        }
        return new Accuracy(
                n,
                Arrays.stream(difference).max().orElse(Double.NaN),
                mean,
                onnx == null ? Double.NaN : Arrays.stream(toOnnx).max().orElse(Double.NaN),
                Arrays.stream(turned).average().orElse(Double.NaN),
                Arrays.stream(denseError).average().orElse(Double.NaN),
                Arrays.stream(prunedError).average().orElse(Double.NaN));
    }

    /** Outputs of the pruned model, pictures x elements. */
    public float[] prunedOutputs(ModelPictures pictures) {
        float[] all = new float[pictures.count() * pruned.size];
        for (int i = 0; i < pictures.count(); i++) {
            System.arraycopy(pruned.outputs(pictures, i), 0, all, i * pruned.size, pruned.size);
        }
        return all;
    }

    /** Outputs per picture. */
    public int outputElements() {
        return pruned.size;
    }

    /** Times all pairs of the three, interleaved. */
    public Speed speed(ModelPictures pictures, int pairs) {
        Runner[] runners = {ours, pruned, onnx};
        for (Runner runner : runners) {
            if (runner != null) {
                pictures.copyTo(0, runner.execution.input(0).asFloatBuffer());
            }
        }
        PairedTiming.warmUp(ours.execution::run, pruned.execution::run);
        PairedTiming sparse = PairedTiming.of(ours.execution::run, pruned.execution::run, pairs, 1);
        if (onnx == null) {
            return new Speed(sparse, null, null);
        }
        PairedTiming.warmUp(onnx.execution::run, ours.execution::run);
        return new Speed(
                sparse,
                PairedTiming.of(onnx.execution::run, ours.execution::run, pairs, 1),
                PairedTiming.of(onnx.execution::run, pruned.execution::run, pairs, 1));
    }

    /** Multiply-accumulates of the model and of its attention. */
    public Work work() {
        long dense = 0;
        long kept = 0;
        long keptPairs = 0;
        long pairs = 0;
        for (Layer.Attention block : AttentionFusion.blocks(masked)) {
            AttentionForm form = block.form();
            long all = (long) form.heads().size() * form.queries() * form.keys();
            pairs += all;
            keptPairs += form.keptPairs();
            dense += all * (form.depth() + form.valueDepth());
            kept += masked.macs(block);
        }
        return new Work(masked.macs() - kept + dense, dense, kept, 1 - (double) keptPairs / pairs);
    }

    @Override
    public void close() {
        close(onnx);
        close(pruned);
        ours.close();
    }

    private static void close(Runner runner) {
        if (runner != null) {
            runner.close();
        }
    }

    /**
     * Differences of outputs.
     *
     * @param pictures how many were run
     * @param largest largest difference of any output, pruned against dense
     * @param mean mean difference, pruned against dense
     * @param onnxLargest largest difference of our dense run from ONNX Runtime; NaN without it
     * @param turnedDeg mean angle between pruned and dense output vectors; NaN if the model gives neither three numbers nor five
     * @param denseErrorDeg mean angle to the labels, dense; NaN without labels
     * @param prunedErrorDeg the same, pruned
     */
    public record Accuracy(
            int pictures,
            double largest,
            double mean,
            double onnxLargest,
            double turnedDeg,
            double denseErrorDeg,
            double prunedErrorDeg) {}

    /**
     * Medians of interleaved pairs.
     *
     * @param sparse ours dense (first) against ours pruned (second)
     * @param denseOverOnnx ONNX Runtime (first) against ours dense, or null
     * @param prunedOverOnnx ONNX Runtime (first) against ours pruned, or null
     */
    public record Speed(PairedTiming sparse, PairedTiming denseOverOnnx, PairedTiming prunedOverOnnx) {}

    /**
     * Counted work.
     *
     * @param model multiply-accumulates of the dense model
     * @param attention those of its attention products
     * @param kept those of the kept pairs
     * @param sparsity share of pruned pairs
     */
    public record Work(long model, long attention, long kept, double sparsity) {

        /** Share of the attention products. */
        public double share() {
            return (double) attention / model;
        }

        /** What the model gains at most if attention cost nothing, all else equally efficient: predicted. */
        public double ceiling() {
            return 1 / (1 - share());
        }
    }

    /** A model on one backend. */
    private static final class Runner implements AutoCloseable {
        private final Accelerator accelerator;
        private final Program program;
        private final Execution execution;
        private final int size;

        Runner(String backend, ModelSource model) {
            accelerator = Accelerators.byId(backend).open();
            program = accelerator.compile(model, CompileOptions.singleThreaded());
            execution = program.newExecution();
            size = execution.output(0).remaining() / Float.BYTES;
        }

        float[] outputs(ModelPictures pictures, int picture) {
            pictures.copyTo(picture, execution.input(0).asFloatBuffer());
            execution.run();
            float[] out = new float[size];
            execution.output(0).asFloatBuffer().get(out);
            return out;
        }

        @Override
        public void close() {
            execution.close();
            program.close();
            accelerator.close();
        }
    }
}
