package org.flatgaze.runtime.command.calibrate;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeTracker;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.EyePipeline;
import org.flatgaze.pipeline.EyePipelines;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.RoiSchedule;

/** The real pipeline in front of simulated people: eye, mask, sensor, reconstruction, networks. One thread. */
final class PipelineTracker implements GazeTracker, AutoCloseable {

    /** People that no training set holds: those are numbered from 0 up by split. */
    private static final long FIRST_PERSON = 5_000_000;

    private static final double EXPOSURE_GAIN = 0.9;

    private final Accelerator accelerator = Accelerators.byId("onnx").open();
    private final EyePipelines pipelines;
    private final EyePipeline pipeline;
    private final FlatCamOptics optics;
    private final long seed;
    private final EyeRenderer renderer = new EyeRenderer();
    private final EyeScene scene = new EyeScene();
    private final EyeState state = new EyeState();
    private final short[] counts = new short[SensorFormat.REFERENCE.samples()];
    private final SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
    private final GazeSample sample = new GazeSample();
    private SplittableRandom noise;
    private Person person;
    private Session session;
    private Direction last;
    private long sequence;

    PipelineTracker(Path models, Networks networks, SeparableFilter filter, FlatCamOptics optics, long seed) {
        PipelineConfig config =
                PipelineConfig.DEFAULT.withNetworks(networks).withRegions(RoiSchedule.DEFAULT, RegionPolicy.NEWEST);
        this.pipelines = new EyePipelines(accelerator, ModelStore.open(models), filter, config);
        this.pipeline = pipelines.newPipeline();
        this.optics = optics;
        this.seed = seed;
    }

    @Override
    public void begin(int number, int wearing) {
        person = Person.ofSeed(FIRST_PERSON + seed * 10_000 + number);
        session = Session.of(person, 1 + wearing);
        noise = new SplittableRandom(seed * 31 + number * 7L + wearing);
        state.pupilDiameterMm = person.eyeball().pupilMeanMm();
        last = null;
        pipelines.tracker().reset();
    }

    @Override
    public Direction estimate(Direction gaze, double openness) {
        // The target stands in the device frame, the eye turns in the head's.
        double[] device = gaze.unit();
        double[] head = new double[3];
        for (int c = 0; c < 3; c++) {
            for (int r = 0; r < 3; r++) {
                head[c] += session.rotation(r, c) * device[r];
            }
        }
        Direction inHead = Direction.of(head[0], head[1], head[2]);
        state.yawDeg = inHead.yawDeg();
        state.pitchDeg = inHead.pitchDeg();
        state.openness = openness;
        renderer.render(person, session, state, scene);
        optics.expose(scene.radiance, scene.depthMm, EXPOSURE_GAIN, noise, counts);
        RawPacking.pack(counts, frame);
        frame.stamp(sequence++, sequence, 0);
        boolean moved = last == null || last.angleTo(gaze) > 1;
        if (moved && openness > 0.5) {
            // A target lasts hundreds of real frames and a renewal comes every 50: each fixation has its own region.
            pipeline.refreshRegion(frame);
            last = gaze;
        }
        FrameStatus status = pipeline.process(frame, sample);
        if (status == FrameStatus.FAILED) {
            throw new IllegalStateException("frame failed: " + pipeline.lastFailure(), pipeline.lastFailure());
        }
        return status == FrameStatus.OK ? Direction.of(sample.dirX, sample.dirY, sample.dirZ) : null;
    }

    @Override
    public void close() {
        pipeline.close();
        pipelines.close();
        accelerator.close();
    }
}
