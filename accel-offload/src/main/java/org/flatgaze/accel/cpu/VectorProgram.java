package org.flatgaze.accel.cpu;

import java.util.List;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.LayerGraph;

/** A graph with its memory planned and its weights packed for the vector kernels. */
final class VectorProgram extends GraphProgram {

    private final StoragePlan plan;
    private final List<KernelMaker> makers;
    private final int scratchFloats;

    VectorProgram(LayerGraph model) {
        super(Layouts.withCopies(model.isQuantized() ? model : AttentionFusion.fuse(model)));
        LayerGraph graph = graph();
        Schedule schedule = Schedule.of(graph);
        this.plan = new StoragePlan(graph, schedule);
        KernelFactory factory = new KernelFactory(graph, plan);
        this.makers = schedule.steps().stream().map(factory::maker).toList();
        this.scratchFloats =
                makers.stream().mapToInt(KernelMaker::scratchFloats).max().orElse(0);
    }

    /** Floats one execution takes for all tensors together. */
    int arenaFloats() {
        return plan.arenaFloats();
    }

    @Override
    public Execution newExecution() {
        requireOpen();
        Memory memory = Memory.allocate(plan.arenaFloats(), scratchFloats);
        Kernel[] kernels = makers.stream().map(maker -> maker.make(memory)).toArray(Kernel[]::new);
        return new VectorExecution(
                this, kernels, transfers(graph().inputs(), memory), transfers(graph().outputs(), memory));
    }

    private List<Transfer> transfers(List<Integer> tensors, Memory memory) {
        return tensors.stream()
                .map(t -> new Transfer(
                        graph().tensors().get(t), plan.view(t), plan.isChannelsInnermost(t), memory.arena()))
                .toList();
    }
}
