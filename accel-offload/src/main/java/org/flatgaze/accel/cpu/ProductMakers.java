package org.flatgaze.accel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;

/** Makers of convolutions and linear layers, with their weights packed once. */
final class ProductMakers {

    /** A convolution with more products than this is cut into parts: about 0.2 ms each on one 2.5 GHz core. */
    private static final long MACS_PER_PART = 25_000_000;

    private static final int[] ONE_TAP = {0};

    private final LayerGraph graph;
    private final StoragePlan plan;

    ProductMakers(LayerGraph graph, StoragePlan plan) {
        this.graph = graph;
        this.plan = plan;
    }

    KernelMaker conv(Layer.Conv conv, Schedule.Step step) {
        Tensor in = graph.input(conv, 0);
        Tensor out = graph.tensors().get(step.output());
        TensorView from = plan.view(conv.input());
        TensorView to = plan.view(step.output());
        Shape inShape = in.shape();
        Shape outShape = out.shape();
        Activation activation =
                step.sum() == null ? conv.activation() : step.sum().activation();
        Epilogue epilogue = epilogue(conv.weights(), activation, out);
        int inputs = inShape.channels() / conv.groups();
        if (!isExact(conv.weights(), inputs * conv.window().taps(), in)) {
            if (conv.window().isPointwise() && conv.groups() == 1) {
                return segmented((Weights.Int8) conv.weights(), in, from, to, epilogue);
            }
            return memory -> new PlainConvKernel(
                    (Weights.Int8) conv.weights(),
                    conv.window(),
                    conv.groups(),
                    inShape,
                    outShape,
                    from,
                    to,
                    epilogue,
                    memory);
        }
        TensorView residual = step.residual() < 0 ? null : plan.view(step.residual());
        boolean depthwise = inputs == 1 && conv.groups() == outShape.channels() && conv.groups() > 1;
        if (depthwise && residual == null) {
            float[] weights = DepthwiseKernel.pack(conv, inShape.channels());
            float[] bias = DepthwiseKernel.packBias(conv, inShape.channels());
            int scratch = DepthwiseKernel.scratchFloats(conv, inShape, outShape);
            return KernelMaker.withScratch(
                    scratch,
                    memory -> new DepthwiseKernel(conv, inShape, outShape, from, to, weights, bias, epilogue, memory));
        }
        int outputs = outShape.channels() / conv.groups();
        List<KernelMaker> groups = new ArrayList<>();
        for (int g = 0; g < conv.groups(); g++) {
            PackedWeights packed = PackedWeights.of(
                    conv.weights(), g * outputs, outputs, inputs, conv.window().taps());
            TensorView groupIn = conv.groups() == 1 ? from : from.part(g * inputs, inputs);
            TensorView groupOut = conv.groups() == 1 ? to : to.part(g * outputs, outputs);
            TensorView groupResidual =
                    residual == null || conv.groups() == 1 ? residual : residual.part(g * outputs, outputs);
            Epilogue groupEpilogue = conv.groups() == 1 ? epilogue : epilogue.part(g * outputs, outputs);
            long macs = conv.macs(outShape) / conv.groups();
            int parts = (int) Math.max(1, Math.min(outShape.rows(), macs / MACS_PER_PART));
            groups.add(maker(conv, inShape, outShape, packed, groupEpilogue, groupIn, groupOut, groupResidual, parts));
        }
        return groups.size() == 1 ? groups.getFirst() : sequence(groups);
    }

    private static KernelMaker maker(
            Layer.Conv conv,
            Shape inShape,
            Shape outShape,
            PackedWeights packed,
            Epilogue epilogue,
            TensorView in,
            TensorView out,
            TensorView residual,
            int parts) {
        int scratch = conv.window().isPointwise() ? 0 : PaddedRows.scratchFloats(conv.window(), inShape, in.channels());
        return KernelMaker.withScratch(scratch, memory -> {
            TileProduct product = new TileProduct(packed, epilogue, out, residual, memory);
            return new ConvKernel(product, conv.window(), inShape, outShape, in, parts, memory);
        });
    }

    private static KernelMaker sequence(List<KernelMaker> makers) {
        int scratch = makers.stream().mapToInt(KernelMaker::scratchFloats).max().orElse(0);
        return KernelMaker.withScratch(
                scratch,
                memory -> new Sequence(makers.stream().map(m -> m.make(memory)).toList()));
    }

    KernelMaker linear(Layer.Linear linear) {
        Tensor in = graph.input(linear, 0);
        Tensor out = graph.output(linear);
        TensorView from = plan.view(linear.input());
        TensorView to = plan.view(linear.output());
        Epilogue epilogue = epilogue(linear.weights(), linear.activation(), out);
        int features = in.shape().extent(-1);
        int outputs = out.shape().extent(-1);
        if (!isExact(linear.weights(), features, in)) {
            int rows = in.shape().elements() / features;
            return segmented(
                    (Weights.Int8) linear.weights(),
                    in,
                    new TensorView(from.offset(), rows, features, features, features),
                    new TensorView(to.offset(), rows, outputs, outputs, outputs),
                    epilogue);
        }
        PackedWeights packed = PackedWeights.of(linear.weights(), 0, outputs, features, 1);
        int rows = in.shape().elements() / features;
        TensorView rowsOut = new TensorView(to.offset(), rows, outputs, outputs, outputs);
        return memory -> {
            TileProduct product = new TileProduct(packed, epilogue, rowsOut, null, memory);
            return _ -> product.run(memory.arena(), from.offset(), features, ONE_TAP, 1, features, 0, rows);
        };
    }

    private static KernelMaker segmented(
            Weights.Int8 weights, Tensor in, TensorView from, TensorView to, Epilogue epilogue) {
        int[] range = range(in.quant());
        int segments = SegmentedKernel.segments(from.channels(), range[0], range[1]);
        PackedWeights packed = PackedWeights.of(weights, 0, to.channels(), from.channels(), 1);
        return memory -> new SegmentedKernel(packed, weights, segments, from, to, epilogue, memory);
    }

    private static boolean isExact(Weights weights, int perOutput, Tensor in) {
        if (!(weights instanceof Weights.Int8 int8)) {
            return true;
        }
        int[] range = range(in.quant());
        return PackedWeights.isExact(int8, perOutput, range[0], range[1]);
    }

    /** Smallest and largest number of steps above zero of any channel. */
    private static int[] range(QuantParams quant) {
        int lowest = 0;
        int highest = 0;
        for (int zero : quant.zeroPoints()) {
            lowest = Math.min(lowest, quant.min() - zero);
            highest = Math.max(highest, quant.max() - zero);
        }
        return new int[] {lowest, highest};
    }

    private static Epilogue epilogue(Weights weights, Activation activation, Tensor out) {
        if (!(weights instanceof Weights.Int8 int8)) {
            return Epilogue.ofFloats(activation);
        }
        return out.isQuantized()
                ? Epilogue.ofSteps(activation, int8.accumulatorScale(), out.quant())
                : Epilogue.ofScaledSums(activation, int8.accumulatorScale());
    }
}
