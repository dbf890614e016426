package org.flatgaze.calibration.camera;

import java.util.Locale;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.reconstruct.ModelSpectrum;
import org.flatgaze.pipeline.reconstruct.SubspaceHealth;

/**
 * Whether a calibration belongs to the camera that took a frame. One thread.
 *
 * <p>The share of a frame's centred energy inside the calibrated subspace falls with the light, because sensor noise lies
 * outside; where the calibration knows its sensor's noise, that part is taken off, and what remains is near 1 for the right
 * device whatever the light.
 */
public final class FrameHealth {

    /** Least explained share (noise taken off) for the verdict "right". */
    public static final double RIGHT_FROM = 0.8;

    /** Explained share below which the device is another one; between the two, something has moved. */
    public static final double WRONG_BELOW = 0.7;

    /** The same limits for the plain share, where the noise is not known. */
    public static final double PLAIN_RIGHT_FROM = 0.55;

    /** See {@link #PLAIN_RIGHT_FROM}. */
    public static final double PLAIN_WRONG_BELOW = 0.45;

    /** Most of a frame at full scale. */
    public static final double SATURATED_ABOVE = 0.005;

    private final SubspaceHealth health;
    private final int rows;
    private final int cols;
    private final int inside;

    /** What a frame came to. */
    public enum Verdict {
        /** The calibration explains the frame. */
        RIGHT,
        /** It explains part of it: the mask has moved, or the scene is far from the calibrated distance. */
        DOUBTFUL,
        /** Another device's calibration. */
        WRONG,
        /** Too much of the frame is at full scale. */
        SATURATED,
        /** Nothing but noise. */
        DARK
    }

    /**
     * A frame's account.
     *
     * @param share energy inside the calibrated subspace, 0..1
     * @param explained the same with the expected noise taken off; equals {@code share} where the noise is not known
     * @param saturated share of samples at full scale
     * @param light mean of the plane
     * @param verdict what to make of it
     */
    public record Result(double share, double explained, double saturated, double light, Verdict verdict) {

        /** One line for people. */
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%s: in-subspace energy %.3f, noise taken off %.3f, saturated %.2f %%, mean %.1f %%",
                    verdict,
                    share,
                    explained,
                    100 * saturated,
                    100 * light);
        }
    }

    /** @param spectrum of the calibration to be held against frames */
    public FrameHealth(ModelSpectrum spectrum) {
        this.health = new SubspaceHealth(spectrum, KernelSet.best());
        this.rows = spectrum.model().rows();
        this.cols = spectrum.model().cols();
        this.inside = spectrum.rankLeft() * spectrum.rankRight();
    }

    /**
     * Judges one plane.
     *
     * @param plane rows x cols of the model, share of full scale
     * @param sigma standard deviation of a sample, share of full scale; NaN if not known
     */
    public Result check(float[] plane, double sigma) {
        double light = 0;
        int full = 0;
        for (float v : plane) {
            light += v;
            full += v >= 1 ? 1 : 0;
        }
        light /= plane.length;
        double saturated = (double) full / plane.length;
        double share = health.measure(plane);
        float[] centred = plane.clone();
        Centring.centre(centred, rows, cols);
        double energy = Centring.energy(centred);
        double explained = share;
        boolean known = sigma >= 0;
        if (known) {
            double noise = sigma * sigma;
            double signal = energy - noise * (rows - 1) * (cols - 1);
            explained = signal > 0.02 * energy ? Math.clamp((share * energy - noise * inside) / signal, 0.0, 1.0) : 0;
            if (signal <= 0.02 * energy) {
                return new Result(share, explained, saturated, light, Verdict.DARK);
            }
        }
        Verdict verdict;
        if (energy <= 0) {
            verdict = Verdict.DARK;
        } else if (saturated > SATURATED_ABOVE) {
            verdict = Verdict.SATURATED;
        } else if (explained >= (known ? RIGHT_FROM : PLAIN_RIGHT_FROM)) {
            verdict = Verdict.RIGHT;
        } else {
            verdict = explained < (known ? WRONG_BELOW : PLAIN_WRONG_BELOW) ? Verdict.WRONG : Verdict.DOUBTFUL;
        }
        return new Result(share, explained, saturated, light, verdict);
    }
}
