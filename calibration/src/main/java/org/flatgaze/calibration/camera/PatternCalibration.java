package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.ModelSpectrum;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;
import org.flatgaze.pipeline.reconstruct.PlaneGeometry;
import org.flatgaze.pipeline.reconstruct.SubspaceHealth;

/** Calibrates a camera from the captures of a {@link PatternPlan}. */
public final class PatternCalibration {

    /** Most of a measured matrix that its shadow may leave unexplained beyond noise; more is not a FlatCam. */
    private static final double LARGEST_SHADOW_RESIDUAL = 0.2;

    private PatternCalibration() {}

    /**
     * How to calibrate.
     *
     * @param scenePixels rows and columns of the scene in the result, a multiple of the plan's size
     * @param undoRotation whether to look for a turned mask; without, the file fits the frame path of the runtime, which
     *     takes whole frames, and a turn shows as forward error
     * @param threads threads that read captures, at least 1
     * @param limits where captures stop being usable
     */
    public record Options(int scenePixels, boolean undoRotation, int threads, CaptureLimits limits) {

        public Options {
            if (scenePixels < 2 || threads < 1) {
                throw new IllegalArgumentException(
                        "scenePixels=" + scenePixels + " threads=" + threads + ": expected at least 2 and 1");
            }
        }

        /** 256 scene pixels, turn undone, default limits. */
        public static Options of(int threads) {
            return new Options(256, true, threads, CaptureLimits.DEFAULT);
        }
    }

    /**
     * Runs the calibration; for the reference device some 10 s and 400 MB beside the time the captures take.
     *
     * @throws CalibrationRefusedException with a verdict, if the captures do not make a calibration
     * @throws IOException if a capture cannot be read
     */
    public static CameraCalibration run(
            CaptureSource source, PatternPlan plan, Options options, CaptureProgress progress) throws IOException {
        if (options.scenePixels() % plan.size() != 0) {
            throw new IllegalArgumentException("scenePixels=" + options.scenePixels() + ": expected a multiple of the "
                    + plan.size() + " pattern pixels");
        }
        SensorFormat sensor = source.sensor();
        PatternCaptures captures = PatternCaptures.read(source, plan, options.limits(), options.threads(), progress);
        progress.at("rotation", 0, 1, signalToNoise(captures, sensor));
        double rotationDeg =
                options.undoRotation() ? new RotationSearch(sensor, captures.left(), captures.right()).findDeg() : 0;
        boolean turn = Math.abs(rotationDeg) >= CameraCalibration.ROTATION_FLOOR_DEG;
        PlaneGeometry plane = RotationSearch.geometry(sensor, turn ? rotationDeg : 0);
        cut(captures.left(), sensor, plane);
        cut(captures.right(), sensor, plane);
        cut(captures.tests(), sensor, plane);
        progress.at("matrices", 0, 1, Double.NaN);
        HadamardRecovery recovery = HadamardRecovery.of(captures.left(), captures.right(), plane.rows(), plane.cols());
        SeparablePair measured = recovery.pair();
        progress.at("shadows", 0, 1, Double.NaN);
        int factor = options.scenePixels() / plan.size();
        ShadowKernel left = ShadowKernelFit.of(measured.left(), plane.rows(), plan.size(), factor);
        ShadowKernel right = ShadowKernelFit.of(measured.right(), plane.cols(), plan.size(), factor);
        SeparablePair detailed = new SeparablePair(
                plane.rows(),
                plane.cols(),
                options.scenePixels(),
                left.matrix(plane.rows(), 1),
                right.matrix(plane.cols(), 1));
        new PatternOrder(plan, options.limits().patternMatch()).check(measured, detailed);
        requireFlatCam(left, right);
        double[] testErrors = testErrors(captures, plan, detailed, model(sensor, plane, detailed));
        progress.at("done", 1, 1, Double.NaN);
        return new CameraCalibration(
                sensor,
                plane,
                rotationDeg,
                measured,
                left,
                right,
                detailed,
                testErrors,
                recovery.rankOneShare(),
                recovery.repairedColumns(),
                captures.hotPixels(),
                captures.captureSigma(),
                captures.halfLight(),
                captures.darkLevel(),
                responseSpread(captures, plan, detailed),
                source.frames());
    }

    /**
     * Forward error on the test scenes. Pixels differ in sensitivity by some parts in a thousand, and the constant light of a
     * FlatCam makes that a fixed picture as strong as the coded one; it is known from the white screen and taken off.
     */
    private static double[] testErrors(
            PatternCaptures captures, PatternPlan plan, SeparablePair detailed, FlatCamModel model) {
        ModelSpectrum spectrum = ModelSpectrum.of(model);
        SubspaceHealth subspace = new SubspaceHealth(spectrum, KernelSet.best());
        double inside = (double) spectrum.rankLeft() * spectrum.rankRight();
        double outside = (detailed.rows() - 1.0) * (detailed.cols() - 1) - inside;
        float[] ones = new float[detailed.scene() * detailed.scene()];
        Arrays.fill(ones, 1);
        float[] predicted = detailed.predict(ones);
        float[] uneven = captures.left()[0]; // centred by now
        double[] errors = new double[PatternPlan.TEST_SCENES];
        for (int i = 0; i < errors.length; i++) {
            Shot shot = plan.shots().get(plan.testPosition(i));
            float[] even = captures.tests()[i].clone();
            float light = (float) captures.testShare(i);
            for (int p = 0; p < even.length; p++) {
                even[p] -= light * (uneven[p] - predicted[p]);
            }
            Centring.centre(even, detailed.rows(), detailed.cols());
            float[] expected = detailed.predict(plan.screen(shot, detailed.scene()));
            for (int p = 0; p < even.length; p++) {
                even[p] -= expected[p];
            }
            // What lies outside the subspace is noise alone and says how much of it lies inside.
            double energy = Centring.energy(even);
            double share = subspace.measure(even);
            double wrong = share * energy - (1 - share) * energy * inside / outside;
            errors[i] = Math.sqrt(Math.max(0, wrong) / Centring.energy(expected));
        }
        return errors;
    }

    /** How much the pixels differ: what of the white screen, known to a hair, is no shadow. */
    private static double responseSpread(PatternCaptures captures, PatternPlan plan, SeparablePair detailed) {
        float[] ones = new float[detailed.scene() * detailed.scene()];
        Arrays.fill(ones, 1);
        double uneven = Centring.distance(captures.left()[0], detailed.predict(ones)) / captures.left()[0].length;
        double noise = Math.pow(captures.captureSigma(), 2) / plan.size();
        return Math.sqrt(Math.max(0, uneven - noise)) / (2 * captures.halfLight());
    }

    private static FlatCamModel model(SensorFormat sensor, PlaneGeometry plane, SeparablePair pair) {
        return new FlatCamModel("", sensor, plane, pair.scene(), pair.scene(), pair.left(), pair.right(), "", "");
    }

    private static void requireFlatCam(ShadowKernel left, ShadowKernel right) {
        if (left.slope() < 0 || right.slope() < 0) {
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "the shadow runs against the scene (%.3f down, %.3f across, sensor pixels per scene pixel): %s of the screen"
                            + " or the sensor is flipped; show the patterns unmirrored, read the sensor out turned by half a turn,"
                            + " and repeat",
                    left.slope(),
                    right.slope(),
                    left.slope() < 0 && right.slope() < 0
                            ? "both axes"
                            : left.slope() < 0 ? "the vertical axis" : "the horizontal axis"));
        }
        if (Math.max(left.residual(), right.residual()) > LARGEST_SHADOW_RESIDUAL) {
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "%.0f %% of the left and %.0f %% of the right matrix are no shifted shadow: too noisy, blurred by movement, or"
                            + " the mask is not separable; average more frames and repeat",
                    100 * left.residual(),
                    100 * right.residual()));
        }
    }

    private static double signalToNoise(PatternCaptures captures, SensorFormat sensor) {
        float[] frame = captures.left()[captures.left().length / 2].clone();
        Centring.centre(frame, sensor.height(), sensor.width());
        double noise = 2 * Math.pow(captures.captureSigma(), 2) * frame.length;
        return Math.sqrt(Math.max(0, Centring.energy(frame) - noise) / noise);
    }

    private static void cut(float[][] frames, SensorFormat sensor, PlaneGeometry plane) {
        PlaneCutter cutter = plane.isWhole(sensor) ? null : new PlaneCutter(sensor, plane);
        for (int k = 0; k < frames.length; k++) {
            if (cutter != null) {
                float[] out = new float[plane.rows() * plane.cols()];
                cutter.cut(frames[k], 0, 1, false, out);
                frames[k] = out;
            }
            Centring.centre(frames[k], plane.rows(), plane.cols());
        }
    }
}
