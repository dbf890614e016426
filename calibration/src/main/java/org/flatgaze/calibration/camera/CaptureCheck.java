package org.flatgaze.calibration.camera;

import org.flatgaze.flatcam.SensorFormat;

/**
 * Looks at every capture as it comes, so that a bench is not kept busy for minutes with captures that are of no use. It needs
 * the first dark frame and the first two pairs before any other. One thread.
 */
final class CaptureCheck {

    private final SensorFormat sensor;
    private final PatternPlan plan;
    private final CaptureVerdicts verdicts;
    private HotPixels hot;
    private double darkLight = Double.NaN;
    private float[] firstWhite;
    private double usual = Double.NaN;
    private double quality = Double.NaN;
    private double light;

    CaptureCheck(SensorFormat sensor, PatternPlan plan, CaptureLimits limits) {
        this.sensor = sensor;
        this.plan = plan;
        this.verdicts = new CaptureVerdicts(plan, limits);
        this.hot = HotPixels.none(sensor.height(), sensor.width());
    }

    /** Whether what comes later is held against this shot. */
    boolean isReference(int position) {
        return position < plan.position(Shot.Kind.LEFT, 2, true);
    }

    /** Signal to noise of the last pair's white picture, NaN before the second pair. */
    double quality() {
        return quality;
    }

    /**
     * Looks at a dark frame or a test scene.
     *
     * @param stack frames x height x width counts
     * @throws CalibrationRefusedException if it cannot be used
     */
    void single(int position, short[] stack) {
        float[] mean = mean(position, stack);
        if (plan.shots().get(position).kind() == Shot.Kind.DARK) {
            if (Double.isNaN(darkLight)) {
                hot = HotPixels.find(mean, sensor.height(), sensor.width());
                mean(position, stack);
                darkLight = light;
            }
            verdicts.requireSameDark(position, light, darkLight);
        }
    }

    /**
     * Looks at a pair.
     *
     * @param position of the positive; the negative comes next
     * @throws CalibrationRefusedException if it cannot be used
     */
    void pair(int position, short[] positive, short[] negative) {
        Shot shot = plan.shots().get(position);
        float[] white = mean(position, positive);
        double positiveLight = light - darkLight;
        float[] other = mean(position + 1, negative);
        verdicts.requirePairLight(shot.kind(), shot.index(), positiveLight, light - darkLight);
        for (int i = 0; i < white.length; i++) {
            white[i] += other[i];
        }
        Centring.centre(white, sensor.height(), sensor.width());
        if (firstWhite == null) {
            firstWhite = white;
            return;
        }
        double along = Centring.dot(white, firstWhite);
        // The noise of two different captures does not add up, so this is the picture's own energy.
        usual = Double.isNaN(usual) ? along : usual;
        quality = Math.sqrt(Math.max(0, along) / Math.max(1e-12, Centring.distance(white, firstWhite) / 2));
        verdicts.requireSameWhite(shot.kind(), shot.index(), along / usual);
    }

    /** Mean over the frames, share of full scale, hot pixels repaired; {@link #light} becomes its mean. */
    private float[] mean(int position, short[] stack) {
        int n = sensor.samples();
        float scale = (float) n / stack.length / sensor.maxValue();
        float[] mean = new float[n];
        int saturated = 0;
        for (int i = 0; i < stack.length; i++) {
            int value = stack[i] & 0xffff;
            saturated += value >= sensor.maxValue() ? 1 : 0;
            mean[i % n] += value * scale;
        }
        verdicts.requireUnsaturated(position, (double) saturated / stack.length);
        hot.repair(mean);
        double sum = 0;
        for (float value : mean) {
            sum += value;
        }
        light = sum / n;
        return mean;
    }
}
