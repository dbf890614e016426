package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.SensorModel;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;

/** Calibrates one individual of the reference device on the virtual bench, where the truth is known. */
public final class SimulatedDevice {

    private static final double SCREEN_MM = FlatCamGeometry.REFERENCE.eyeReliefMm();
    private static final double TRIAL_REACH_DEG = 0.5;
    private static final double EXPOSURE_GAIN = 0.9;
    private static final double[] FULL_WELLS = {2_500, 5_000, 10_000, 20_000, 40_000};
    private static final double[] READ_NOISES = {2, 5, 10, 20};

    private final long seed;
    private final int frames;
    private final PatternPlan plan;
    private final double maskRotationDeg;
    private final PatternCalibration.Options options;

    /**
     * Chooses a device.
     *
     * @param seed picks the individual sensor, its hot pixels and its noise
     * @param frames frames averaged per shot
     * @param maskRotationDeg turn of its mask, 0 for the device that `demo` simulates
     */
    public SimulatedDevice(
            long seed, int frames, PatternPlan plan, double maskRotationDeg, PatternCalibration.Options options) {
        this.seed = seed;
        this.frames = frames;
        this.plan = plan;
        this.maskRotationDeg = maskRotationDeg;
        this.options = options;
    }

    /**
     * What a run found.
     *
     * @param calibration the matrices
     * @param model what goes into the file
     * @param health on a fresh frame of an eye, and on one of a device with another mask
     * @param plane that fresh frame
     * @param forwardError of the file's matrices on eyes never shown
     * @param measuredError of the matrices as measured, before the shadow fit
     * @param rotationErrorDeg larger error of this device's turn and of the trial's
     * @param facts figures by name
     */
    @SuppressWarnings("ArrayRecordComponent") // a report
    public record Outcome(
            CameraCalibration calibration,
            FlatCamModel model,
            CameraHealth health,
            float[] plane,
            double forwardError,
            double measuredError,
            double rotationErrorDeg,
            Map<String, Object> facts) {}

    /**
     * Runs the calibration.
     *
     * @param store folder that keeps the captures, so that an interrupted run goes on; null to keep none
     * @throws IOException if the store cannot be used
     */
    public Outcome run(Path store, CaptureProgress progress) throws IOException {
        SensorModel sensorModel = SensorModel.REFERENCE.withDeviceSeed(seed);
        FlatCamOptics optics =
                new FlatCamOptics(FlatCamGeometry.REFERENCE.withMaskRotation(maskRotationDeg), sensorModel);
        SimulatedCaptures bench = new SimulatedCaptures(optics, plan, SCREEN_MM, seed, frames);
        CaptureSource source = bench;
        if (store != null) {
            CaptureStore.fill(bench, plan, store, options.limits(), progress);
            source = CaptureFolder.open(store, plan, bench.sensor());
        }
        CameraCalibration found = PatternCalibration.run(source, plan, options, progress);
        FlatCamModel model = found.model(
                "simulated-" + seed,
                "Hadamard captures " + plan.size() + ", " + frames
                        + " frames, joint SVD, shadow kernel, simulated device",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        SimulatedTruth truth = new SimulatedTruth(optics, SCREEN_MM, bench.electronsPerUnit());
        double forward = truth.forwardError(found.detailed(), found.sensor(), found.plane());
        double measured = truth.forwardError(found.measured(), found.sensor(), found.plane());
        double trialTrue = TRIAL_REACH_DEG * (2 * new SplittableRandom(seed).nextDouble() - 1);
        double trialFound = trial(trialTrue, sensorModel);
        double rotationError =
                Math.max(Math.abs(found.rotationDeg() - maskRotationDeg), Math.abs(trialFound - trialTrue));
        float[] plane = cut(eyeFrame(optics), found);
        CameraHealth health = CameraHealth.of(model, found.noise(), plane, cut(eyeFrame(foreign()), found));

        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("forward_error", forward);
        facts.put("forward_error_measured", measured);
        facts.put("forward_error_tests", found.testErrors());
        facts.put("rotation_error_deg", rotationError);
        facts.put("rotation_deg", found.rotationDeg());
        facts.put("rotation_true_deg", maskRotationDeg);
        facts.put("rotation_trial_deg", trialFound);
        facts.put("rotation_trial_true_deg", trialTrue);
        facts.put("slopes", new double[] {found.left().slope(), found.right().slope()});
        facts.put(
                "shadow_residual",
                new double[] {found.left().residual(), found.right().residual()});
        facts.put("rank_one_share", found.rankOneShare());
        facts.put("repaired_columns", found.repairedColumns());
        facts.put("hot_pixels", found.hotPixels().length);
        facts.put("response_spread", found.responseSpread());
        facts.put("frames", frames);
        facts.put("patterns", plan.size());
        facts.put("simulated_seed", seed);
        return new Outcome(found, model, health, plane, forward, measured, rotationError, facts);
    }

    private double trial(double trueDeg, SensorModel sensorModel) throws IOException {
        FlatCamOptics turned = new FlatCamOptics(FlatCamGeometry.REFERENCE.withMaskRotation(trueDeg), sensorModel);
        return RotationTrial.findDeg(new SimulatedCaptures(turned, plan, SCREEN_MM, seed + 1, frames), plan);
    }

    private static float[] cut(float[] frame, CameraCalibration found) {
        float[] plane = new float[found.plane().rows() * found.plane().cols()];
        new PlaneCutter(found.sensor(), found.plane()).cut(frame, 0, 1, false, plane);
        return plane;
    }

    /** One ordinary frame of an eye with all its depth, share of full scale. */
    private float[] eyeFrame(FlatCamOptics optics) {
        Person person = Person.ofSeed(880_000);
        EyeScene scene = new EyeScene();
        new EyeRenderer().render(person, Session.of(person, 1), new EyeState(), scene);
        int samples = optics.geometry().rows() * optics.geometry().cols();
        short[] counts = new short[samples];
        optics.expose(scene, EXPOSURE_GAIN, new SplittableRandom(seed), counts);
        float[] frame = new float[samples];
        for (int i = 0; i < samples; i++) {
            frame[i] = (counts[i] & 0xffff) / (float) optics.sensor().model().maxValue();
        }
        return frame;
    }

    /** A device of the same make with another mask: shorter code, coarser features. */
    private FlatCamOptics foreign() {
        FlatCamGeometry g = FlatCamGeometry.REFERENCE;
        FlatCamGeometry other = new FlatCamGeometry(
                g.rows(),
                g.cols(),
                g.pixelPitchMicrons(),
                g.maskDistanceMm(),
                34,
                7,
                g.eyeReliefMm(),
                g.sceneMm(),
                g.scenePixels(),
                g.wavelengthNm(),
                g.nearestMm(),
                g.farthestMm(),
                g.depthLayers(),
                g.cosineFallOff(),
                0);
        return new FlatCamOptics(other, SensorModel.REFERENCE.withDeviceSeed(seed + 7));
    }

    /**
     * The forward error over the full well (at 5 electrons of read noise) and over the read noise (at 10,000 electrons).
     *
     * @return one row a sensor: full_well, read_noise, forward_error, forward_error_measured
     */
    public List<Map<String, Object>> curve(CaptureProgress progress) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (double fullWell : FULL_WELLS) {
            rows.add(point(fullWell, SensorModel.REFERENCE.readNoiseElectrons()));
            progress.at("curve", rows.size(), FULL_WELLS.length + READ_NOISES.length, Double.NaN);
        }
        for (double readNoise : READ_NOISES) {
            rows.add(point(SensorModel.REFERENCE.fullWellElectrons(), readNoise));
            progress.at("curve", rows.size(), FULL_WELLS.length + READ_NOISES.length, Double.NaN);
        }
        return rows;
    }

    private Map<String, Object> point(double fullWell, double readNoise) throws IOException {
        SensorModel r = SensorModel.REFERENCE;
        SensorModel model = new SensorModel(
                r.bits(),
                fullWell,
                readNoise,
                r.whiteFraction(),
                r.blackLevelCounts(),
                r.rowOffsetCounts(),
                r.columnOffsetCounts(),
                r.responseSpread(),
                seed);
        FlatCamOptics optics = new FlatCamOptics(FlatCamGeometry.REFERENCE, model);
        SimulatedCaptures bench = new SimulatedCaptures(optics, plan, SCREEN_MM, seed, frames);
        PatternCalibration.Options still =
                new PatternCalibration.Options(options.scenePixels(), false, options.threads(), options.limits());
        CameraCalibration found = PatternCalibration.run(bench, plan, still, CaptureProgress.SILENT);
        SimulatedTruth truth = new SimulatedTruth(optics, SCREEN_MM, bench.electronsPerUnit());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("full_well", fullWell);
        row.put("read_noise", readNoise);
        row.put("forward_error", truth.forwardError(found.detailed(), found.sensor(), found.plane()));
        row.put("forward_error_measured", truth.forwardError(found.measured(), found.sensor(), found.plane()));
        return row;
    }
}
