package org.flatgaze.runtime.evaluate;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiPredictor;
import org.flatgaze.pipeline.roi.SegmentationStage;
import org.flatgaze.runtime.dataset.DatasetFormat;

/**
 * One thread's running networks: a 256 x 256 picture is segmented, its region found in the picture itself and never in the
 * truth, and the region shown to every gaze network.
 */
final class EyeChain implements AutoCloseable {

    private static final int SIDE = DatasetFormat.PICTURE;
    private static final int HALF = DatasetFormat.LABELS;

    /**
     * What one gaze network said about one picture; yaw and pitch are NaN where it gave no direction, the uncertainty where
     * it knows of none.
     */
    record Answer(double yawDeg, double pitchDeg, boolean isOpen, double uncertaintyDeg) {}

    private final List<Execution> executions = new ArrayList<>();
    private final SegmentationStage segmentation;
    private final List<GazeEstimator> gaze = new ArrayList<>();
    private final RoiPredictor predictor = new RoiPredictor(new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX));
    private final float[] half = new float[HALF * HALF];
    private final float[] region = new float[Roi.ROWS * Roi.COLUMNS];
    private final float[] direction = new float[3];
    private final RoiEstimate previous = new RoiEstimate();
    private final RoiEstimate estimate = new RoiEstimate();

    /**
     * Gives one thread its own executions of some networks.
     *
     * @throws ModelException if a network has other shapes than its place asks for; one line
     */
    EyeChain(NetworkSet networks) {
        KernelSet kernels = KernelSet.best();
        try {
            NetworkSet.Network segmenting = networks.segmentation();
            segmentation = fitted(
                    segmenting,
                    execution ->
                            new SegmentationStage(execution, segmenting.entry().normalisation(), kernels));
            for (NetworkSet.Network network : networks.gaze()) {
                gaze.add(fitted(
                        network,
                        execution -> new GazeEstimator(
                                execution,
                                network.entry().normalisation(),
                                PipelineConfig.DEFAULT.closedBelow(),
                                kernels)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T> T fitted(NetworkSet.Network network, Function<Execution, T> place) {
        Execution execution = network.program().newExecution();
        executions.add(execution);
        try {
            return place.apply(execution);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "model " + network.entry().id() + " has other shapes than its place asks for: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Segments a picture and finds its region.
     *
     * @param pictures 256 x 256 samples from {@code offset} on
     */
    void segment(byte[] pictures, int offset) {
        for (int row = 0, i = 0; row < HALF; row++) {
            for (int col = 0; col < HALF; col++, i++) {
                int at = offset + 2 * row * SIDE + 2 * col;
                half[i] = 0.25f
                        * ((pictures[at] & 0xff)
                                + (pictures[at + 1] & 0xff)
                                + (pictures[at + SIDE] & 0xff)
                                + (pictures[at + SIDE + 1] & 0xff));
            }
        }
        segmentation.segment(half);
        previous.clear();
        predictor.predict(segmentation.labels(), 0, previous, estimate);
    }

    /** Shows every gaze network the region at (roiX, roiY) of a picture. */
    List<Answer> look(byte[] pictures, int offset, int roiX, int roiY) {
        for (int row = 0; row < Roi.ROWS; row++) {
            for (int col = 0; col < Roi.COLUMNS; col++) {
                region[row * Roi.COLUMNS + col] = pictures[offset + (roiY + row) * SIDE + roiX + col] & 0xff;
            }
        }
        List<Answer> answers = new ArrayList<>(gaze.size());
        for (GazeEstimator network : gaze) {
            boolean open = network.estimate(region, direction) == GazeEstimator.Result.OPEN;
            answers.add(new Answer(
                    Angles.yawDeg(direction[0], direction[2]),
                    Angles.pitchDeg(direction[1]),
                    open,
                    network.uncertaintyDeg()));
        }
        return answers;
    }

    /** Where the eye is in the last picture that was segmented; overwritten by the next. */
    RoiEstimate estimate() {
        return estimate;
    }

    /** Label map of the last picture that was segmented, 128 x 128; overwritten by the next. */
    byte[] labels() {
        return segmentation.labels();
    }

    /** The normalised picture in front of a network, as it entered last; 0 is the segmentation, then the gaze networks. */
    float[] input(int network) {
        FloatBuffer input = executions.get(network).input(0).asFloatBuffer();
        float[] copy = new float[input.remaining()];
        input.get(copy);
        return copy;
    }

    /** Whether every network of another chain answered the same last time, bit by bit. */
    boolean agrees(EyeChain other) {
        for (int i = 0; i < executions.size(); i++) {
            if (!executions.get(i).output(0).equals(other.executions.get(i).output(0))) {
                return false;
            }
        }
        return executions.size() == other.executions.size();
    }

    /** The networks' executions: the segmentation, then the gaze networks. */
    List<Execution> executions() {
        return List.copyOf(executions);
    }

    @Override
    public void close() {
        executions.forEach(Execution::close);
    }
}
