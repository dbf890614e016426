package org.flatgaze.runtime.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.pipeline.EyePipelines;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.models.FilterMismatch;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.RoiTracker;

/**
 * Accelerator, models and filter put together: makes the processors of a run and closes everything in the right order.
 *
 * <p>The thread that opened it makes processors and closes it; the processors then belong to one thread each.
 */
public final class PipelineStack implements AutoCloseable {

    private final Accelerator accelerator;
    private final EyePipelines pipelines;
    private final List<ModelEntry> models;
    private final List<PipelineProcessor> processors = new ArrayList<>();

    private PipelineStack(Accelerator accelerator, EyePipelines pipelines, List<ModelEntry> models) {
        this.accelerator = accelerator;
        this.pipelines = pipelines;
        this.models = models;
    }

    /**
     * Opens an accelerator and compiles the models for it.
     *
     * @param acceleratorId id of a provider, such as {@code "onnx"}
     * @param folder model folder
     * @throws AcceleratorException if there is no such accelerator, or it cannot be used here or run a model
     * @throws org.flatgaze.pipeline.models.ModelException if a model is missing or damaged
     */
    public static PipelineStack open(String acceleratorId, Path folder, SeparableFilter filter, PipelineConfig config) {
        return open(
                acceleratorId,
                folder,
                filter,
                config,
                RegionMode.WORKER,
                UnaryOperator.identity(),
                BackendListener.NONE);
    }

    /**
     * The same with something around the accelerator, such as a meter.
     *
     * @param regions where regions are renewed; {@link RegionMode#SLICED} takes a segmentation that can stop half-way
     * @param around gets the opened accelerator and answers the one to use, which closes what it got
     * @param listener hears what the accelerator has to tell, now and later
     */
    public static PipelineStack open(
            String acceleratorId,
            Path folder,
            SeparableFilter filter,
            PipelineConfig config,
            RegionMode regions,
            UnaryOperator<Accelerator> around,
            BackendListener listener) {
        ModelStore store = ModelStore.open(folder);
        List<ModelEntry> models = List.of(store.entry(config.gazeModel()), store.entry(config.segmentationModel()));
        Int8Models int8 = new Int8Models(store, folder);
        Accelerator accelerator = around.apply(
                regions == RegionMode.SLICED
                        ? Backends.openYielding(acceleratorId, config.segmentationModel(), int8, listener)
                        : Backends.open(acceleratorId, int8, listener));
        try {
            return new PipelineStack(accelerator, new EyePipelines(accelerator, store, filter, config), models);
        } catch (RuntimeException e) {
            accelerator.close();
            throw e;
        }
    }

    /** Makes the processor of one more thread; closed with this stack. */
    public PipelineProcessor newProcessor() {
        PipelineProcessor processor = new PipelineProcessor(pipelines.newPipeline());
        processors.add(processor);
        return processor;
    }

    /** The region of interest that the processors share. */
    public RoiTracker tracker() {
        return pipelines.tracker();
    }

    /** Renewals of the region before its time that the processors have asked for so far. */
    public long earlyRegions() {
        return processors.stream()
                .mapToLong(processor -> processor.pipeline().counters().early())
                .sum();
    }

    /** Gaze and segmentation network, in this order. */
    public List<ModelEntry> models() {
        return models;
    }

    /** Networks that were trained with another reconstruction filter; say so, their accuracy is not what is stated. */
    public List<FilterMismatch> filterMismatches() {
        return pipelines.filterMismatches();
    }

    /** Id of the accelerator in use. */
    public String acceleratorId() {
        return accelerator.id();
    }

    /** Closes processors, programs and accelerator; no thread may use them any more. */
    @Override
    public void close() {
        try (accelerator;
                pipelines) {
            processors.forEach(PipelineProcessor::close);
            processors.clear();
        }
    }
}
