package org.flatgaze.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.models.FilterMismatch;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiTracker;

/**
 * Makes the pipelines of one eye, one per thread, from an accelerator, a model store and a reconstruction filter;
 * they share the compiled programs, the filter and the region of interest. Safe for any thread; close it after its
 * pipelines.
 */
public final class EyePipelines implements AutoCloseable {

    private static final int[] GAZE_INPUT = {1, 1, Roi.ROWS, Roi.COLUMNS};
    private static final int[] GAZE_OUTPUT = {1, 3};
    private static final int[] SELF_REPORTING_OUTPUT = {1, 5};
    private static final int[] SEGMENTATION_INPUT = {1, 1, EyeLabel.MAP, EyeLabel.MAP};
    private static final int[] SEGMENTATION_OUTPUT = {1, EyeLabel.COUNT, EyeLabel.MAP, EyeLabel.MAP};

    private final SeparableFilter filter;
    private final PipelineConfig config;
    private final ModelEntry gazeModel;
    private final ModelEntry segmentationModel;
    private final Program gazeProgram;
    private final Program segmentationProgram;
    private final RoiTracker tracker;
    private final EarlyRefresh early;
    private final List<FilterMismatch> filterMismatches;

    /**
     * Compiles both networks.
     *
     * @param accelerator runs both; stays the caller's to close, after this
     * @throws ModelException if a model is missing, damaged or not of the shape its place demands
     * @throws IllegalArgumentException if the filter is for another picture size or a device that is not plain mono
     * @throws org.flatgaze.accel.AcceleratorException if the accelerator cannot run a model
     */
    public EyePipelines(Accelerator accelerator, ModelStore models, SeparableFilter filter, PipelineConfig config) {
        checkFilter(filter.model());
        this.filter = filter;
        this.config = config;
        this.gazeModel = models.entry(config.gazeModel());
        this.segmentationModel = models.entry(config.segmentationModel());
        checkShapes(gazeModel, "gaze", GAZE_INPUT, GAZE_OUTPUT, SELF_REPORTING_OUTPUT);
        checkShapes(segmentationModel, "segmentation", SEGMENTATION_INPUT, SEGMENTATION_OUTPUT);
        List<FilterMismatch> mismatches = new ArrayList<>();
        models.filterMismatch(gazeModel.id(), filter.id()).ifPresent(mismatches::add);
        models.filterMismatch(segmentationModel.id(), filter.id()).ifPresent(mismatches::add);
        this.filterMismatches = List.copyOf(mismatches);
        this.tracker = new RoiTracker(config.schedule(), config.regionTimeoutMillis() * 1_000_000L);
        this.early = new EarlyRefresh(config.schedule(), config.expectedIrisPx());
        this.gazeProgram = models.compile(accelerator, gazeModel.id());
        try {
            this.segmentationProgram = models.compile(accelerator, segmentationModel.id());
        } catch (RuntimeException e) {
            gazeProgram.close();
            throw e;
        }
    }

    /** Makes the pipeline of one more thread; the caller closes it. */
    public EyePipeline newPipeline() {
        return newPipeline(KernelSet.best());
    }

    /** The same with given kernels, which become this pipeline's own. */
    EyePipeline newPipeline(KernelSet kernels) {
        Execution gaze = gazeProgram.newExecution();
        try {
            Execution segmentation = segmentationProgram.newExecution();
            try {
                return new EyePipeline(
                        filter,
                        gaze,
                        gazeModel.normalisation(),
                        segmentation,
                        segmentationModel.normalisation(),
                        config,
                        tracker,
                        early,
                        kernels);
            } catch (RuntimeException e) {
                segmentation.close();
                throw e;
            }
        } catch (RuntimeException e) {
            gaze.close();
            throw e;
        }
    }

    /** The region of interest that the pipelines share; with several threads, admit every frame to it in order. */
    public RoiTracker tracker() {
        return tracker;
    }

    /** How the pipelines are set up. */
    public PipelineConfig config() {
        return config;
    }

    /**
     * Networks that were trained with another reconstruction filter, at most two; warn or refuse, but do not stay
     * silent.
     */
    public List<FilterMismatch> filterMismatches() {
        return filterMismatches;
    }

    @Override
    public void close() {
        try (segmentationProgram) {
            gazeProgram.close();
        }
    }

    private static void checkFilter(FlatCamModel model) {
        if (model.sceneRows() != Roi.PICTURE || model.sceneCols() != Roi.PICTURE) {
            throw new IllegalArgumentException("filter of device " + model.deviceId() + ": picture=" + model.sceneRows()
                    + "x" + model.sceneCols() + ": expected " + Roi.PICTURE + "x" + Roi.PICTURE
                    + "; calibrate the camera for that size");
        }
        model.requireWholeFrames();
    }

    private static void checkShapes(ModelEntry model, String role, int[] input, int[]... outputs) {
        int[] output = model.output().shape();
        if (!Arrays.equals(model.input().shape(), input)
                || Arrays.stream(outputs).noneMatch(expected -> Arrays.equals(output, expected))) {
            throw new ModelException("model " + model.id() + " cannot be the " + role + " network: it is "
                    + Arrays.toString(model.input().shape()) + " -> " + Arrays.toString(output) + ", expected "
                    + Arrays.toString(input) + " -> "
                    + Arrays.stream(outputs).map(Arrays::toString).collect(Collectors.joining(" or ")));
        }
    }
}
