package org.flatgaze.runtime.dataset;

import java.nio.file.Path;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.roi.SegmentationStage;

/** The segmentation network, to find irises in pictures that come without labels. Shared; each thread takes a finder. */
final class IrisNetwork implements AutoCloseable {

    private final ModelEntry entry;
    private final Accelerator accelerator;
    private final Program program;

    private IrisNetwork(ModelEntry entry, Accelerator accelerator, Program program) {
        this.entry = entry;
        this.accelerator = accelerator;
        this.program = program;
    }

    /**
     * Loads the network.
     *
     * @param filterId of the reconstructions it will see
     * @throws org.flatgaze.pipeline.models.ModelException if it is missing or was trained with another filter
     */
    static IrisNetwork open(Path models, String filterId) {
        String id = PipelineConfig.DEFAULT.segmentationModel();
        ModelStore store = ModelStore.open(models);
        store.requireFilter(id, filterId);
        Accelerator accelerator = Accelerators.byId("onnx").open();
        try {
            return new IrisNetwork(store.entry(id), accelerator, store.compile(accelerator, id));
        } catch (RuntimeException e) {
            accelerator.close();
            throw e;
        }
    }

    /** Which network it is: id and the beginning of its digest. */
    String name() {
        return entry.id() + " " + entry.sha256().substring(0, 16);
    }

    /** One more thread's finder; closed before the network is. */
    Finder newFinder() {
        return new Finder(program.newExecution(), entry);
    }

    @Override
    public void close() {
        program.close();
        accelerator.close();
    }

    /** Segments reconstructions; one thread. */
    static final class Finder implements AutoCloseable {

        private final Execution execution;
        private final SegmentationStage segmentation;
        private final float[] half = new float[DatasetFormat.LABELS * DatasetFormat.LABELS];

        private Finder(Execution execution, ModelEntry entry) {
            this.execution = execution;
            this.segmentation = new SegmentationStage(execution, entry.normalisation(), KernelSet.best());
        }

        /** Label map of a frame's reconstruction, 128 x 128; overwritten by the next. */
        byte[] find(RealFrame frame) {
            SegmentationStage.halve(frame.picture, half);
            segmentation.segment(half);
            return segmentation.labels();
        }

        @Override
        public void close() {
            execution.close();
        }
    }
}
