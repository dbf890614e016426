package org.flatgaze.calibration.camera;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.ModelSpectrum;

/**
 * The health of a calibration on one frame, against a frame that is not its device's.
 *
 * @param right account of the frame of this device
 * @param wrong account of a frame of another device
 * @param wrongIs what that other device is
 * @param condition ratio of the largest singular value to the one that 90 % of the rank reach
 * @param resolutionDown independent samples down the picture
 * @param resolutionAcross independent samples across the picture
 * @param lambdaDiscrepancy relative lambda by the discrepancy principle; NaN where the noise is not known
 * @param lambdaCrossValidation relative lambda by generalised cross-validation
 * @param bases of the model, for the report
 */
public record CameraHealth(
        FrameHealth.Result right,
        FrameHealth.Result wrong,
        String wrongIs,
        double condition,
        int resolutionDown,
        int resolutionAcross,
        double lambdaDiscrepancy,
        double lambdaCrossValidation,
        ModelBases bases) {

    /**
     * Measures.
     *
     * @param model the calibration
     * @param noise of its sensor
     * @param plane frame of this device, rows x cols, share of full scale
     * @param foreign frame of another device, or null: the same frame upside down stands in
     */
    public static CameraHealth of(FlatCamModel model, DeviceFile.Noise noise, float[] plane, float[] foreign) {
        FrameHealth health = new FrameHealth(ModelSpectrum.of(model));
        ModelBases bases = ModelBases.of(model);
        double sigma = noise.sigma(mean(plane));
        float[] other = foreign == null ? upsideDown(plane, model.cols()) : foreign;
        LambdaChoice lambda = new LambdaChoice(bases, plane, model.rows(), model.cols());
        return new CameraHealth(
                health.check(plane, sigma),
                health.check(other, noise.sigma(mean(other))),
                foreign == null ? "the same frame upside down" : "a device with another mask",
                bases.condition(),
                bases.effectiveResolution(false),
                bases.effectiveResolution(true),
                sigma >= 0 ? lambda.byDiscrepancy(sigma) : Double.NaN,
                lambda.byCrossValidation(),
                bases);
    }

    /** Whether the right frame is accepted and the wrong one refused. */
    public boolean passes() {
        return right.verdict() == FrameHealth.Verdict.RIGHT && wrong.verdict() == FrameHealth.Verdict.WRONG;
    }

    /** The figures by name. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("passes", passes());
        facts.put("right", account(right));
        facts.put("wrong", account(wrong));
        facts.put("wrong_is", wrongIs);
        facts.put("condition", condition);
        facts.put("effective_resolution", new int[] {resolutionDown, resolutionAcross});
        facts.put("lambda_discrepancy", Double.isFinite(lambdaDiscrepancy) ? lambdaDiscrepancy : null);
        facts.put("lambda_gcv", lambdaCrossValidation);
        return facts;
    }

    /** Lines for people. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "health: %s%n  this device: %s%n  %s: %s%n  condition %.3g, %d x %d independent samples, lambda %.3g (noise), %.3g (GCV)",
                passes() ? "pass" : "FAIL",
                right.text(),
                wrongIs,
                wrong.text(),
                condition,
                resolutionDown,
                resolutionAcross,
                lambdaDiscrepancy,
                lambdaCrossValidation);
    }

    private static Map<String, Object> account(FrameHealth.Result result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("verdict", result.verdict().name().toLowerCase(Locale.ROOT));
        facts.put("share", result.share());
        facts.put("explained", result.explained());
        facts.put("saturated_fraction", result.saturated());
        facts.put("mean", result.light());
        return facts;
    }

    private static double mean(float[] plane) {
        double sum = 0;
        for (float v : plane) {
            sum += v;
        }
        return sum / plane.length;
    }

    private static float[] upsideDown(float[] plane, int cols) {
        float[] out = new float[plane.length];
        int rows = plane.length / cols;
        for (int r = 0; r < rows; r++) {
            System.arraycopy(plane, r * cols, out, (rows - 1 - r) * cols, cols);
        }
        return out;
    }
}
