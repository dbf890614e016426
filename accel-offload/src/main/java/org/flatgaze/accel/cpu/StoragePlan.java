package org.flatgaze.accel.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;

/**
 * Places every tensor of a graph in one arena of floats.
 *
 * <p>Pictures that meet a convolution or pool are kept with channels innermost, everything else row-major. The sources of
 * a concatenation are places inside its result, so that joining costs nothing. Tensors whose lives do not overlap share
 * memory: largest first, each at the lowest offset that is free for its whole life.
 */
final class StoragePlan {

    /** A tensor may be widened to whole vectors if that costs at most this factor of memory. */
    private static final double MAX_WIDENING = 1.5;

    private final LayerGraph graph;
    private final boolean[] channelsInnermost;
    private final int[] parent;
    private final int[] parentChannel;
    private final TensorView[] views;
    private int arenaFloats;

    StoragePlan(LayerGraph graph, Schedule schedule) {
        this.graph = graph;
        int tensors = graph.tensors().size();
        this.channelsInnermost = Layouts.channelsInnermost(graph);
        this.parent = new int[tensors];
        this.parentChannel = new int[tensors];
        this.views = new TensorView[tensors];
        nestConcatSources();
        place(schedule);
    }

    TensorView view(int tensor) {
        return views[tensor];
    }

    /** Whether a tensor is kept with channels innermost. */
    boolean isChannelsInnermost(int tensor) {
        return channelsInnermost[tensor];
    }

    /** Whether a source of a concatenation already lies inside its result. */
    boolean isNested(int source, int concat) {
        return parent[source] == concat;
    }

    /** Floats the arena needs. */
    int arenaFloats() {
        return arenaFloats;
    }

    private void nestConcatSources() {
        java.util.Arrays.fill(parent, -1);
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Concat concat && concat.axis() == 1 && channelsInnermost[concat.output()]) {
                Set<Integer> seen = new HashSet<>();
                int channel = 0;
                for (int source : concat.inputs()) {
                    if (parent[source] < 0 && seen.add(source) && sameNumbers(source, concat.output(), channel)) {
                        parent[source] = concat.output();
                        parentChannel[source] = channel;
                    }
                    channel += graph.tensors().get(source).shape().channels();
                }
            }
        }
    }

    /** Whether a source's 8-bit numbers need no change in the result; always so for float32. */
    private boolean sameNumbers(int source, int result, int firstChannel) {
        Tensor from = graph.tensors().get(source);
        Tensor to = graph.tensors().get(result);
        if (!from.isQuantized()) {
            return true;
        }
        for (int c = 0; c < from.shape().channels(); c++) {
            if (!from.quant().sameAt(c, to.quant(), firstChannel + c)) {
                return false;
            }
        }
        return true;
    }

    /** A block of memory: the tensor that owns it, its size and the steps of its life. */
    private static final class Block {
        final int root;
        final int step;
        final int floats;
        int born = Integer.MAX_VALUE;
        int dies = -1;
        int offset;

        Block(int root, int step, int floats) {
            this.root = root;
            this.step = step;
            this.floats = floats;
        }
    }

    private void place(Schedule schedule) {
        Block[] blocks = new Block[views.length];
        Set<Integer> hasChildren = new HashSet<>();
        for (int p : parent) {
            hasChildren.add(p);
        }
        for (int t = 0; t < views.length; t++) {
            if (parent[t] < 0) {
                blocks[t] = newBlock(t, hasChildren.contains(t));
            }
        }
        findLives(schedule, blocks);
        List<Block> placed = new ArrayList<>();
        List<Block> order = new ArrayList<>();
        for (Block block : blocks) {
            if (block != null && block.dies >= 0) {
                order.add(block);
            }
        }
        order.sort(Comparator.comparingInt((Block b) -> -b.floats).thenComparingInt(b -> b.root));
        for (Block block : order) {
            block.offset = lowestFree(block, placed);
            placed.add(block);
            arenaFloats = Math.max(arenaFloats, Math.addExact(block.offset, block.floats));
        }
        for (int t = 0; t < views.length; t++) {
            views[t] = view(t, blocks);
        }
    }

    private Block newBlock(int tensor, boolean hasChildren) {
        Shape shape = graph.tensors().get(tensor).shape();
        if (!channelsInnermost[tensor]) {
            return new Block(tensor, shape.elements(), roundUp(shape.elements()));
        }
        int channels = shape.channels();
        int whole = (channels + ConvTile.LANES - 1) / ConvTile.LANES * ConvTile.LANES;
        int step = !hasChildren && whole <= MAX_WIDENING * channels ? whole : channels;
        return new Block(tensor, step, roundUp(Math.multiplyExact(step, shape.rows() * shape.columns())));
    }

    private static int roundUp(int floats) {
        return Math.addExact(floats, 15) / 16 * 16;
    }

    private void findLives(Schedule schedule, Block[] blocks) {
        List<Schedule.Step> steps = schedule.steps();
        for (int input : graph.inputs()) {
            live(blocks[root(input)], 0);
        }
        for (int s = 0; s < steps.size(); s++) {
            live(blocks[root(steps.get(s).output())], s);
            for (int input : steps.get(s).inputs()) {
                live(blocks[root(input)], s);
            }
            if (steps.get(s).layer() instanceof Layer.Constant constant) {
                // Written once when the execution is made, so its memory is never lent.
                live(blocks[root(constant.output())], 0);
                live(blocks[root(constant.output())], steps.size());
            }
        }
        for (int output : graph.outputs()) {
            live(blocks[root(output)], steps.size());
        }
    }

    private static void live(Block block, int step) {
        block.born = Math.min(block.born, step);
        block.dies = Math.max(block.dies, step);
    }

    private static int lowestFree(Block block, List<Block> placed) {
        int offset = 0;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Block other : placed) {
                boolean meet = other.born <= block.dies && block.born <= other.dies;
                boolean overlap = offset < other.offset + other.floats && other.offset < offset + block.floats;
                if (meet && overlap) {
                    offset = other.offset + other.floats;
                    moved = true;
                }
            }
        }
        return offset;
    }

    private int root(int tensor) {
        return parent[tensor] < 0 ? tensor : root(parent[tensor]);
    }

    private int channelInRoot(int tensor) {
        return parent[tensor] < 0 ? 0 : parentChannel[tensor] + channelInRoot(parent[tensor]);
    }

    private TensorView view(int tensor, Block[] blocks) {
        Block block = blocks[root(tensor)];
        Shape shape = graph.tensors().get(tensor).shape();
        if (!channelsInnermost[tensor]) {
            return new TensorView(block.offset, 1, shape.elements(), shape.elements(), shape.elements());
        }
        boolean owns = parent[tensor] < 0;
        return new TensorView(
                block.offset + channelInRoot(tensor),
                shape.rows() * shape.columns(),
                shape.channels(),
                block.step,
                owns ? block.step : shape.channels());
    }
}
