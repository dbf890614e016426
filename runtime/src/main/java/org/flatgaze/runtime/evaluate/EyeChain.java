package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiPredictor;
import org.flatgaze.pipeline.roi.SegmentationStage;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;

/**
 * Runs segmentation and one gaze network over a labelled set, the region coming from the segmentation and not from the
 * truth. Every frame stands alone: its region is found in the frame itself (age 0). One thread.
 */
final class Evaluation implements AutoCloseable {

    private static final int SIDE = DatasetFormat.PICTURE;
    private static final int HALF = DatasetFormat.LABELS;

    private final Program segmentationProgram;
    private final Program gazeProgram;
    private final Execution segmentationExecution;
    private final Execution gazeExecution;
    private final SegmentationStage segmentation;
    private final GazeEstimator gaze;
    private final RoiPredictor predictor = new RoiPredictor(new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX));
    private final Confusion confusion = new Confusion();
    private final FrameResults results = new FrameResults();
    private final float[] half = new float[HALF * HALF];
    private final float[] region = new float[Roi.ROWS * Roi.COLUMNS];
    private final float[] direction = new float[3];
    private final RoiEstimate previous = new RoiEstimate();
    private final RoiEstimate estimate = new RoiEstimate();
    private long gazeNanos;

    Evaluation(Accelerator accelerator, ModelStore models, String gazeModel, String segmentationModel) {
        segmentationProgram = models.compile(accelerator, segmentationModel);
        gazeProgram = models.compile(accelerator, gazeModel);
        segmentationExecution = segmentationProgram.newExecution();
        gazeExecution = gazeProgram.newExecution();
        KernelSet kernels = KernelSet.best();
        segmentation = new SegmentationStage(
                segmentationExecution, models.entry(segmentationModel).normalisation(), kernels);
        gaze = new GazeEstimator(
                gazeExecution, models.entry(gazeModel).normalisation(), PipelineConfig.DEFAULT.closedBelow(), kernels);
    }

    /** Evaluates every frame; {@code progress} hears the number of frames done after each shard. */
    void run(DatasetReader set, IntConsumer progress) throws IOException {
        for (int i = 0; i < set.shards(); i++) {
            DatasetReader.Shard shard = set.shard(i);
            for (int frame = 0; frame < shard.frames(); frame++) {
                evaluate(shard, frame);
            }
            progress.accept(results.size());
        }
    }

    private void evaluate(DatasetReader.Shard shard, int frame) {
        byte[] pictures = shard.reconstructions();
        int picture = frame * SIDE * SIDE;
        for (int row = 0, i = 0; row < HALF; row++) {
            for (int col = 0; col < HALF; col++, i++) {
                int at = picture + 2 * row * SIDE + 2 * col;
                half[i] = 0.25f
                        * ((pictures[at] & 0xff)
                                + (pictures[at + 1] & 0xff)
                                + (pictures[at + SIDE] & 0xff)
                                + (pictures[at + SIDE + 1] & 0xff));
            }
        }
        segmentation.segment(half);
        confusion.add(shard.labels(), frame * HALF * HALF, segmentation.labels(), 0, HALF * HALF);
        previous.clear();
        predictor.predict(segmentation.labels(), results.size(), previous, estimate);
        for (int row = 0; row < Roi.ROWS; row++) {
            for (int col = 0; col < Roi.COLUMNS; col++) {
                region[row * Roi.COLUMNS + col] =
                        pictures[picture + (estimate.roiY + row) * SIDE + estimate.roiX + col] & 0xff;
            }
        }
        long begun = System.nanoTime();
        GazeEstimator.Result answer = gaze.estimate(region, direction);
        gazeNanos += System.nanoTime() - begun;
        results.add(row(shard, frame, answer == GazeEstimator.Result.OPEN));
    }

    private FrameResults.Row row(DatasetReader.Shard shard, int frame, boolean answered) {
        float left = shard.truth(frame, "iris_left");
        float top = shard.truth(frame, "iris_top");
        float right = shard.truth(frame, "iris_right");
        float bottom = shard.truth(frame, "iris_bottom");
        boolean inside = left >= estimate.roiX
                && top >= estimate.roiY
                && right < estimate.roiX + Roi.COLUMNS
                && bottom < estimate.roiY + Roi.ROWS;
        return new FrameResults.Row(
                (int) shard.truth(frame, "person"),
                (int) shard.truth(frame, "session"),
                Angles.yawDeg(shard.truth(frame, "gaze_x"), shard.truth(frame, "gaze_z")),
                Angles.pitchDeg(shard.truth(frame, "gaze_y")),
                Angles.yawDeg(shard.truth(frame, "optical_x"), shard.truth(frame, "optical_z")),
                Angles.pitchDeg(shard.truth(frame, "optical_y")),
                shard.truth(frame, "pupil_visible"),
                Angles.yawDeg(direction[0], direction[2]),
                Angles.pitchDeg(direction[1]),
                answered,
                inside,
                Math.hypot(
                        estimate.pupilX - shard.truth(frame, "pupil_x"),
                        estimate.pupilY - shard.truth(frame, "pupil_y")));
    }

    GazeScore gazeScore() {
        return GazeScore.of(results);
    }

    FrameResults results() {
        return results;
    }

    Confusion confusion() {
        return confusion;
    }

    /** Mean time of one gaze inference with its normalisation, microseconds. */
    double gazeMicros() {
        return gazeNanos * 1e-3 / Math.max(1, results.size());
    }

    /** Share of open eyes whose visible iris lies wholly inside the region found. */
    double regionHitRate() {
        return Angles.mean(results.column(row -> row.open() ? (row.irisInsideRegion() ? 1 : 0) : Double.NaN));
    }

    /** Mean distance of the pupil's centre from the truth, pixels of the 256 x 256 picture, where at least half shows. */
    double pupilErrorPx() {
        return Angles.mean(results.column(row -> row.pupilVisible() >= 0.5 ? row.pupilErrorPx() : Double.NaN));
    }

    @Override
    public void close() {
        gazeExecution.close();
        segmentationExecution.close();
        gazeProgram.close();
        segmentationProgram.close();
    }
}
