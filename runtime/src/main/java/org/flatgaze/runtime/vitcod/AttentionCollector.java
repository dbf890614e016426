package org.flatgaze.runtime.vitcod;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.model.AttentionRecording;

/** Runs a model on pictures to see what it attends to. */
public final class AttentionCollector {

    private AttentionCollector() {}

    /**
     * Attention averaged over pictures.
     *
     * @param blocks the model with its attention blocks joined
     * @return float32 of shape (layers, heads, queries, keys)
     * @throws org.flatgaze.accel.vitcod.mask.MaskException if blocks differ in shape or a score is not finite, naming
     *     layer and head
     */
    public static NpyArray collect(LayerGraph blocks, ModelPictures pictures) {
        AttentionRecording recording = new AttentionRecording(blocks);
        ModelSource source = new ModelSource(blocks.name(), GraphFile.write(recording.graph()));
        try (Accelerator accelerator = Accelerators.byId("cpu").open();
                Program program = accelerator.compile(source, CompileOptions.singleThreaded());
                Execution execution = program.newExecution()) {
            for (int picture = 0; picture < pictures.count(); picture++) {
                pictures.copyTo(picture, execution.input(0).asFloatBuffer());
                execution.run();
                recording.add(execution);
            }
        }
        return recording.averages();
    }

    /** Share of the averaged attention at kept pairs, 0..1. */
    public static double keptShare(NpyArray attention, MaskStack masks) {
        float[] shares = attention.floats();
        double kept = 0;
        double all = 0;
        int perHead = masks.queries() * masks.keys();
        for (int i = 0; i < shares.length; i++) {
            int head = i / perHead;
            int pair = i % perHead;
            boolean keeps = masks.mask(head / masks.heads(), head % masks.heads())
                    .keeps(pair / masks.keys(), pair % masks.keys());
            kept += keeps ? shares[i] : 0;
            all += shares[i];
        }
        return kept / all;
    }
}
