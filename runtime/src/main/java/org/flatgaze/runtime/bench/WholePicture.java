package org.flatgaze.runtime.bench;

import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.reconstruct.FrameUnpacker;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiPredictor;
import org.flatgaze.pipeline.roi.SegmentationStage;

/**
 * The pipeline before the ideas: every frame is reconstructed as a whole, and its region of interest is cut out. One
 * thread; the executions stay the caller's to close.
 */
final class WholePicture {

    private static final int SIDE = Roi.PICTURE;
    private static final float CLOSED_BELOW = 0.5f;

    private final FrameUnpacker unpacker;
    private final Reconstructor reconstructor;
    private final SegmentationStage segmentation;
    private final GazeEstimator gaze;
    private final RoiPredictor predictor = new RoiPredictor(new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX));
    private final RoiEstimate region = new RoiEstimate();
    private final float[] plane;
    private final float[] picture = new float[SIDE * SIDE];
    private final float[] half = new float[EyeLabel.MAP * EyeLabel.MAP];
    private final float[] cut = new float[Roi.ROWS * Roi.COLUMNS];
    private final float[] direction = new float[3];

    WholePicture(
            SeparableFilter filter,
            Execution gazeExecution,
            ModelEntry gazeModel,
            Execution segmentationExecution,
            ModelEntry segmentationModel) {
        KernelSet kernels = KernelSet.best();
        unpacker = new FrameUnpacker(filter, kernels);
        reconstructor = new Reconstructor(filter, kernels);
        segmentation = new SegmentationStage(segmentationExecution, segmentationModel.normalisation(), kernels);
        gaze = new GazeEstimator(gazeExecution, gazeModel.normalisation(), CLOSED_BELOW, kernels);
        plane = unpacker.newPlane();
    }

    /** Does everything for one frame; {@code segment} says whether the region is found anew first. */
    void process(SensorFrame frame, boolean segment) {
        unpacker.unpack(frame, plane);
        reconstructor.reconstruct(plane, Target.FULL, 0, 0, picture);
        if (segment) {
            SegmentationStage.halve(picture, half);
            segmentation.segment(half);
            predictor.predict(segmentation.labels(), frame.sequence(), region, region);
        }
        for (int row = 0; row < Roi.ROWS; row++) {
            int from = (region.roiY + row) * SIDE + region.roiX;
            System.arraycopy(picture, from, cut, row * Roi.COLUMNS, Roi.COLUMNS);
        }
        gaze.estimate(cut, direction);
    }
}
