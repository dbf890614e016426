package org.flatgaze.accel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Moves;
import org.flatgaze.accel.graph.Tensor;

/** Chooses the kernel of each step of a graph. */
final class KernelFactory {

    private final LayerGraph graph;
    private final StoragePlan plan;
    private final ProductMakers products;

    KernelFactory(LayerGraph graph, StoragePlan plan) {
        this.graph = graph;
        this.plan = plan;
        this.products = new ProductMakers(graph, plan);
    }

    KernelMaker maker(Schedule.Step step) {
        Layer layer = step.layer();
        Tensor out = graph.tensors().get(step.output());
        TensorView to = plan.view(step.output());
        return switch (layer) {
            case Layer.Conv conv -> products.conv(conv, step);
            case Layer.Linear linear -> products.linear(linear);
            case Layer.Constant constant -> constant(constant, out);
            case Layer.Concat concat -> concat(concat, out, to);
            default -> unary(layer, out, to);
        };
    }

    private KernelMaker unary(Layer layer, Tensor out, TensorView to) {
        int input = layer.inputs().getFirst();
        Tensor in = graph.tensors().get(input);
        TensorView from = plan.view(input);
        return switch (layer) {
            case Layer.Pool pool -> memory -> new PoolKernels.Windowed(pool, in, out, from, to, memory.arena());
            case Layer.GlobalAveragePool _ -> memory -> new PoolKernels.Global(in, out, from, to, memory.arena());
            case Layer.Upsample _ -> {
                Rescale rescale = Rescale.between(in, out, 0);
                yield memory -> new CopyKernels.Enlarge(in.shape(), out.shape(), from, to, rescale, memory.arena());
            }
            case Layer.Add add -> add(add, out, to);
            case Layer.ChannelAffine affine -> affine(affine, in, out, from, to);
            case Layer.Activate activate -> activate(activate.activation(), in, out, from, to);
            case Layer.Softmax _, Layer.LayerNorm _ ->
                memory -> new RowKernels.Normalize(layer, in, out, from, to, graph.isQuantized(), memory.arena());
            case Layer.MatMul matMul -> {
                Tensor right = graph.input(matMul, 1);
                TensorView second = plan.view(matMul.right());
                yield memory -> new RowKernels.MatMul(matMul, in, right, out, from, second, to, memory);
            }
            case Layer.Attention attention ->
                AttentionKernel.maker(attention, from, plan.view(attention.k()), plan.view(attention.v()), to);
            case Layer.Reshape _ -> {
                int[] source = places(input);
                yield gather(source, in, out, layer.output());
            }
            case Layer.Transpose transpose ->
                gather(select(places(input), Moves.transpose(transpose, in.shape())), in, out, layer.output());
            case Layer.Slice slice ->
                gather(select(places(input), Moves.slice(slice, in.shape())), in, out, layer.output());
            case Layer.Quantize _ -> memory -> new ElementKernels.Quantize(from, to, out.quant(), memory.arena());
            case Layer.Dequantize _ -> memory -> new ElementKernels.Dequantize(from, to, in.quant(), memory.arena());
            case Layer.Conv _, Layer.Linear _, Layer.Constant _, Layer.Concat _ ->
                throw new IllegalStateException("layer " + layer.name() + " has a maker of its own");
        };
    }

    private int[] places(int tensor) {
        return CopyKernels.places(
                plan.view(tensor), graph.tensors().get(tensor).shape(), plan.isChannelsInnermost(tensor));
    }

    private static int[] select(int[] places, int[] elements) {
        int[] selected = new int[elements.length];
        for (int i = 0; i < elements.length; i++) {
            selected[i] = places[elements[i]];
        }
        return selected;
    }

    private KernelMaker gather(int[] source, Tensor in, Tensor out, int output) {
        int[] target = places(output);
        Rescale rescale = Rescale.between(in, out, 0);
        return memory -> new CopyKernels.Gather(source, target, rescale, memory.arena());
    }

    private KernelMaker constant(Layer.Constant constant, Tensor out) {
        int[] target = places(constant.output());
        return memory -> {
            for (int i = 0; i < target.length; i++) {
                float value = constant.values()[i];
                memory.arena()[target[i]] = out.isQuantized()
                        ? out.quant().quantize(value, 0) - out.quant().zeroPoint(0)
                        : value;
            }
            return new Sequence(List.of());
        };
    }

    private KernelMaker concat(Layer.Concat concat, Tensor out, TensorView to) {
        if (concat.axis() != 1 || !plan.isChannelsInnermost(concat.output())) {
            return rowMajorConcat(concat, out);
        }
        List<KernelMaker> makers = new ArrayList<>();
        int channel = 0;
        boolean[] nestedOnce = new boolean[graph.tensors().size()];
        for (int source : concat.inputs()) {
            Tensor in = graph.tensors().get(source);
            int channels = in.shape().channels();
            // A tensor that is joined twice lies in the first of its places only.
            if (!plan.isNested(source, concat.output()) || nestedOnce[source]) {
                TensorView place = to.part(channel, channels);
                Rescale rescale = Rescale.between(in, out, channel);
                makers.add(memory -> new CopyKernels.Channels(plan.view(source), place, rescale, memory.arena()));
            }
            nestedOnce[source] = true;
            channel += channels;
        }
        return memory ->
                new Sequence(makers.stream().map(maker -> maker.make(memory)).toList());
    }

    private KernelMaker rowMajorConcat(Layer.Concat concat, Tensor out) {
        int[] target = places(concat.output());
        List<KernelMaker> makers = new ArrayList<>();
        int start = 0;
        for (int source : concat.inputs()) {
            Tensor in = graph.tensors().get(source);
            Layer.Slice part = new Layer.Slice(
                    concat.name(),
                    concat.output(),
                    source,
                    concat.axis(),
                    start,
                    in.shape().extent(concat.axis()));
            int[] to = select(target, Moves.slice(part, out.shape()));
            int[] from = places(source);
            Rescale rescale = Rescale.between(in, out, 0);
            makers.add(memory -> new CopyKernels.Gather(from, to, rescale, memory.arena()));
            start += in.shape().extent(concat.axis());
        }
        return memory ->
                new Sequence(makers.stream().map(maker -> maker.make(memory)).toList());
    }

    private KernelMaker add(Layer.Add add, Tensor out, TensorView to) {
        TensorView left = plan.view(add.left());
        TensorView right = plan.view(add.right());
        if (!out.isQuantized()) {
            return memory -> new ElementKernels.Add(left, right, to, add.activation(), memory.arena());
        }
        Tensor a = graph.input(add, 0);
        Tensor b = graph.input(add, 1);
        return memory -> ElementKernels.AddSteps.of(a, b, out, add.activation(), left, right, to, memory.arena());
    }

    private KernelMaker affine(Layer.ChannelAffine affine, Tensor in, Tensor out, TensorView from, TensorView to) {
        boolean picture = plan.isChannelsInnermost(affine.output());
        int n = to.channels();
        float[] scale = new float[n];
        float[] shift = new float[n];
        float[] lowest = out.isQuantized() ? new float[n] : null;
        float[] highest = out.isQuantized() ? new float[n] : null;
        int inner = picture ? 1 : in.shape().inner(affine.axis());
        for (int i = 0; i < n; i++) {
            int c = i / inner % affine.scale().length;
            if (out.isQuantized()) {
                scale[i] = Int8Arithmetic.affineScale(affine, in.quant(), out.quant(), c);
                shift[i] = Int8Arithmetic.affineShift(affine, out.quant(), c);
                lowest[i] = Int8Arithmetic.lowest(out.quant(), c);
                highest[i] = Int8Arithmetic.highest(out.quant(), c, Activation.NONE);
            } else {
                scale[i] = affine.scale()[c];
                shift[i] = affine.shift()[c];
            }
        }
        return memory -> new ElementKernels.Affine(from, to, scale, shift, lowest, highest, memory.arena());
    }

    private KernelMaker activate(Activation activation, Tensor in, Tensor out, TensorView from, TensorView to) {
        if (!out.isQuantized()) {
            return memory -> new ElementKernels.Activate(from, to, activation, graph.isQuantized(), memory.arena());
        }
        boolean perChannel = in.quant().isPerChannel() || out.quant().isPerChannel();
        int count = perChannel ? in.shape().channels() : 1;
        float[][] tables = new float[count][256];
        int[] zeroPoints = new int[count];
        for (int c = 0; c < count; c++) {
            zeroPoints[c] = in.quant().zeroPoint(c);
            for (int i = 0; i < 256; i++) {
                int steps = in.quant().min() + i - zeroPoints[c];
                tables[c][i] =
                        Int8Arithmetic.activated(activation, steps, in.quant().scale(c), out.quant(), c);
            }
        }
        int min = in.quant().min();
        return memory -> new ElementKernels.Lookup(from, to, tables, zeroPoints, min, memory.arena());
    }
}
