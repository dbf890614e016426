package org.flatgaze.pipeline;

import java.util.Objects;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.gaze.UserCalibration;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.pipeline.reconstruct.FrameUnpacker;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiPredictor;
import org.flatgaze.pipeline.roi.RoiTracker;
import org.flatgaze.pipeline.roi.SegmentationStage;

/**
 * One frame's work: raw frame in, gaze sample out, and now and then a new region of interest.
 *
 * <p>The loop around it does, for every frame:
 *
 * <pre>{@code
 * pipeline.process(frame, sample);            // then hand the sample on
 * if (pipeline.isRegionDue(frame.sequence())) {
 *     pipeline.refreshRegion();               // the frame just processed is segmented
 * }
 * }</pre>
 *
 * <p>One thread per instance, except where stated; several instances share a {@link RoiTracker} and what renews its region
 * early. After construction it allocates nothing, except to report a failure. A stage that fails makes a sample FAILED,
 * never an old direction.
 */
public final class EyePipeline implements AutoCloseable {

    private final SensorFormat format;
    private final PipelineConfig config;
    private final RoiTracker tracker;
    private final Execution gazeExecution;
    private final Execution segmentationExecution;
    private final FrameUnpacker unpacker;
    private final Reconstructor reconstructor;
    private final GazeEstimator gaze;
    private final RegionRefresher refresher;
    private final EarlyRefresh early;
    private final PipelineCounters counters = new PipelineCounters();

    private final float[] plane;
    private final float[] regionPicture = new float[Roi.ROWS * Roi.COLUMNS];
    private final float[] direction = new float[3];
    private final RoiEstimate region = new RoiEstimate();
    private volatile UserCalibration calibration = UserCalibration.IDENTITY;
    private volatile Throwable lastFailure;
    private long planeSequence;
    private boolean planeUsable;

    /** The frame from which a renewal before its time was asked for. */
    private long earlySequence = Long.MIN_VALUE;

    /** Made by {@link EyePipelines}, which checks that filter, models and config fit. Owns the executions. */
    EyePipeline(
            SeparableFilter filter,
            Execution gazeExecution,
            Normalisation gazeNormalisation,
            Execution segmentationExecution,
            Normalisation segmentationNormalisation,
            PipelineConfig config,
            RoiTracker tracker,
            EarlyRefresh early,
            KernelSet kernels) {
        this.format = filter.model().sensor();
        this.config = config;
        this.tracker = tracker;
        this.gazeExecution = gazeExecution;
        this.segmentationExecution = segmentationExecution;
        this.unpacker = new FrameUnpacker(filter, kernels);
        this.reconstructor = new Reconstructor(filter, kernels);
        this.plane = unpacker.newPlane();
        this.gaze = new GazeEstimator(gazeExecution, gazeNormalisation, config.closedBelow(), kernels);
        this.early = early;
        this.refresher = new RegionRefresher(
                reconstructor,
                new SegmentationStage(segmentationExecution, segmentationNormalisation, kernels),
                new RoiPredictor(new EyeShapeFinder(config.expectedIrisPx())),
                tracker,
                config.regionPolicy(),
                counters);
    }

    /**
     * Processes one frame.
     *
     * @param frame read only; not kept
     * @param out overwritten; {@code waitNanos} holds the wait for a region, to which the loop adds its own
     * @return the status of {@code out}; directions are valid for {@link FrameStatus#OK} alone
     */
    public FrameStatus process(SensorFrame frame, GazeSample out) {
        out.clear();
        out.sequence = frame.sequence();
        out.captureNanos = frame.captureNanos();
        try {
            out.status = look(frame, out);
        } catch (RuntimeException e) {
            // Whatever a stage throws, this frame has no direction and the next one deserves its chance.
            out.status = FrameStatus.FAILED;
            lastFailure = e;
        }
        counters.countFrame(out.status);
        return out.status;
    }

    private FrameStatus look(SensorFrame frame, GazeSample out) {
        long start = System.nanoTime();
        FrameStatus light = unpack(frame);
        out.reconstructNanos = System.nanoTime() - start;
        if (light != FrameStatus.OK) {
            return light;
        }
        findRegion(out);
        long reconstructing = System.nanoTime();
        reconstructor.reconstruct(plane, Target.ROI, region.roiX, region.roiY, regionPicture);
        long estimating = System.nanoTime();
        out.reconstructNanos += estimating - reconstructing;
        FrameStatus eye = estimateGaze(out);
        if (eye == FrameStatus.OK) {
            out.networkX = direction[0];
            out.networkY = direction[1];
            out.networkZ = direction[2];
            calibration.apply(direction);
            writeDirection(out);
        }
        out.gazeNanos = System.nanoTime() - estimating;
        out.status = eye;
        askEarly(out);
        return eye;
    }

    private void askEarly(GazeSample out) {
        if (isScheduled()) {
            return;
        }
        boolean dueAnyway = tracker.isOverdue(planeSequence);
        EarlyCause cause = early.see(out, region, dueAnyway);
        if (cause != null) {
            earlySequence = planeSequence;
            counters.countEarly(cause);
        }
    }

    private boolean isScheduled() {
        return config.regionPolicy() == RegionPolicy.SCHEDULED;
    }

    private FrameStatus unpack(SensorFrame frame) {
        planeUsable = false;
        planeSequence = frame.sequence();
        if (isScheduled()) {
            tracker.admit(planeSequence);
        }
        if (!frame.format().equals(format)) {
            throw new IllegalArgumentException(
                    "frame " + planeSequence + ": " + frame.format() + ": expected " + format);
        }
        unpacker.unpack(frame, plane);
        if (unpacker.saturatedFraction() > config.saturatedAbove()) {
            return FrameStatus.SATURATED;
        }
        if (unpacker.deviation() < config.darkBelow()) {
            return FrameStatus.DARK;
        }
        planeUsable = true;
        return FrameStatus.OK;
    }

    private void findRegion(GazeSample out) {
        if (!tracker.hasRegion() && isRegionDue(planeSequence)) {
            // Without any region there is nothing to look at: this once, segmentation comes first.
            refreshRegion();
            out.segmentNanos = refresher.lastNanos();
        }
        long start = System.nanoTime();
        tracker.regionFor(planeSequence, isScheduled(), region);
        out.waitNanos = System.nanoTime() - start;
        out.roiX = region.roiX;
        out.roiY = region.roiY;
        out.roiAge = region.ageAt(planeSequence);
        out.pupilX = region.pupilX;
        out.pupilY = region.pupilY;
        out.pupilMajor = region.pupilMajor;
        out.pupilMinor = region.pupilMinor;
        out.pupilAngleDeg = region.pupilAngleDeg;
        out.openness = region.openness;
    }

    private FrameStatus estimateGaze(GazeSample out) {
        GazeEstimator.Result result = gaze.estimate(regionPicture, direction);
        out.confidence = gaze.confidence();
        out.uncertaintyDeg = gaze.uncertaintyDeg();
        if (Float.isFinite(gaze.openness())) {
            // A network that looks at every frame sees a blink that the last segmentation missed.
            out.openness = gaze.openness();
        }
        return switch (result) {
            case OPEN -> FrameStatus.OK;
            case CLOSED -> FrameStatus.EYE_CLOSED;
            case NOT_FINITE -> {
                // A backend that answers nonsense must not look like a blink.
                counters.countNotFinite();
                yield FrameStatus.FAILED;
            }
            case BAD_PICTURE ->
                throw new IllegalStateException(
                        "region of frame " + planeSequence + " is not finite; check the filter");
        };
    }

    private void writeDirection(GazeSample out) {
        float x = direction[0];
        float y = direction[1];
        float z = direction[2];
        double length = Math.sqrt((double) x * x + (double) y * y + (double) z * z);
        if (!(Math.abs(length - 1) < 1e-3)) {
            throw new IllegalStateException(
                    "user calibration " + calibration.id() + " made a vector of length " + length + ": expected 1");
        }
        out.dirX = x;
        out.dirY = y;
        out.dirZ = z;
        out.yawDeg = (float) Math.toDegrees(Math.atan2(x, -z));
        out.pitchDeg = (float) Math.toDegrees(Math.asin(Math.clamp(y, -1f, 1f)));
    }

    /** Whether the frame just processed should be followed by {@link #refreshRegion()}. */
    public boolean isRegionDue(long sequence) {
        return switch (config.regionPolicy()) {
            case SCHEDULED -> tracker.isPending(sequence);
            case NEWEST -> tracker.isOverdue(sequence) || sequence == earlySequence;
        };
    }

    /**
     * Segments the frame just processed and publishes its region. A frame without light, or a stage that fails, holds
     * the previous region.
     */
    public void refreshRegion() {
        startRefresh();
        while (!continueRefresh(Long.MAX_VALUE)) {
            Thread.onSpinWait();
        }
    }

    /** Begins what {@link #refreshRegion()} does in one go; frames may be processed between the steps. */
    public void startRefresh() {
        if (!planeUsable) {
            refresher.skip(planeSequence);
            return;
        }
        try {
            refresher.begin(plane, planeSequence);
        } catch (RuntimeException e) {
            // The region is held and the failure counted; the frames go on.
            lastFailure = e;
        }
    }

    /** Goes on with the renewal for about {@code budgetNanos}; answers true when it has ended, well or not. */
    public boolean continueRefresh(long budgetNanos) {
        try {
            return refresher.step(budgetNanos);
        } catch (RuntimeException e) {
            lastFailure = e;
            return true;
        }
    }

    /**
     * Renews the region from a frame that is not processed here: for a pipeline that serves as the segmenting second
     * core of a live loop.
     */
    public void refreshRegion(SensorFrame frame) {
        takeIn(frame);
        refreshRegion();
    }

    /** Begins what {@link #refreshRegion(SensorFrame)} does in one go. */
    public void startRefresh(SensorFrame frame) {
        takeIn(frame);
        startRefresh();
    }

    private void takeIn(SensorFrame frame) {
        try {
            unpack(frame);
        } catch (RuntimeException e) {
            lastFailure = e;
        }
    }

    /** Uses another user calibration from the next frame on; any thread. */
    public void setCalibration(UserCalibration newCalibration) {
        calibration = Objects.requireNonNull(newCalibration, "newCalibration");
    }

    /** What became of the frames; any thread. */
    public PipelineCounters counters() {
        return counters;
    }

    /** What the last failed stage threw, or null; any thread. */
    public Throwable lastFailure() {
        return lastFailure;
    }

    /** Time of the last renewal of the region, ns; 0 before the first. */
    public long lastSegmentNanos() {
        return refresher.lastNanos();
    }

    /** The last region picture, 96 x 160, for contact sheets. Shared, overwritten by the next frame. */
    public float[] lastRegionPicture() {
        return regionPicture;
    }

    /** The last half-size picture, 128 x 128. Shared, overwritten by the next renewal. */
    public float[] lastHalfPicture() {
        return refresher.picture();
    }

    /** The last label map, 128 x 128. Shared, overwritten by the next renewal. */
    public byte[] lastLabels() {
        return refresher.labels();
    }

    /** The region used for the last frame. Shared, overwritten by the next frame. */
    public RoiEstimate lastRegion() {
        return region;
    }

    @Override
    public void close() {
        try (segmentationExecution) {
            gazeExecution.close();
        }
    }
}
