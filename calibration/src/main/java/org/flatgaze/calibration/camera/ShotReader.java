package org.flatgaze.calibration.camera;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;

/** Averages the frames of a shot, repairs hot pixels and refuses what cannot be used. One thread. */
final class ShotReader {

    private final CaptureSource source;
    private final PatternPlan plan;
    private final CaptureVerdicts verdicts;
    private final HotPixels hot;
    private final short[] counts;
    private double light;

    ShotReader(CaptureSource source, PatternPlan plan, CaptureLimits limits, HotPixels hot) {
        this.source = source;
        this.plan = plan;
        this.verdicts = new CaptureVerdicts(plan, limits);
        this.hot = hot;
        this.counts = new short[source.sensor().samples()];
    }

    /** Mean of the last shot, share of full scale. */
    double light() {
        return light;
    }

    /** Mean over the frames, height x width, share of full scale. */
    float[] read(int position) throws IOException {
        float[] mean = new float[counts.length];
        read(position, mean);
        return mean;
    }

    /** The same into an array. */
    void read(int position, float[] mean) throws IOException {
        Shot shot = plan.shots().get(position);
        SensorFormat sensor = source.sensor();
        float scale = 1f / sensor.maxValue() / source.frames();
        for (int frame = 0; frame < source.frames(); frame++) {
            source.read(shot, position, frame, counts);
            int saturated = 0;
            for (int i = 0; i < counts.length; i++) {
                int value = counts[i] & 0xffff;
                saturated += value >= sensor.maxValue() ? 1 : 0;
                mean[i] = (frame == 0 ? 0 : mean[i]) + value * scale;
            }
            verdicts.requireUnsaturated(position, (double) saturated / counts.length);
        }
        hot.repair(mean);
        double sum = 0;
        for (float value : mean) {
            sum += value;
        }
        light = sum / mean.length;
    }
}
