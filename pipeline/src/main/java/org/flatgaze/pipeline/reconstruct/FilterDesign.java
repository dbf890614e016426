package org.flatgaze.pipeline.reconstruct;

import java.util.Locale;

/**
 * Which filter is built from a model.
 *
 * <p>All regularisation is relative, so that it means the same on every device: lambda to {@code (sL_1 sR_1)^2}, alpha of
 * a side to {@code s_1^2} of that side, {@code s_1} being the largest singular value of the centred matrix.
 *
 * @param mode how the weight is applied
 * @param lambdaRelative Tikhonov parameter, 1e-8..1e3; of {@link FilterMode#ONE_PAIR} with given alphas unused and 0
 * @param alphaLeft ridge of the left side, 1e-8..1e3; 0 where it is fitted or not used
 * @param alphaRight ridge of the right side, 1e-8..1e3; 0 where it is fitted or not used
 * @param binning the plane is made of the means of so many x so many samples: 1 or, with given alphas, 2
 */
public record FilterDesign(FilterMode mode, double lambdaRelative, double alphaLeft, double alphaRight, int binning) {

    private static final double SMALLEST = 1e-8;
    private static final double LARGEST = 1e3;

    /** The reference device's matrices lose 0.07 and 0.06, of which its ridges leave nothing. */
    private static final double LARGEST_LOSS = 0.1;

    public FilterDesign {
        boolean given = alphaLeft != 0 || alphaRight != 0;
        if (given) {
            if (mode != FilterMode.ONE_PAIR || lambdaRelative != 0) {
                throw new IllegalArgumentException("mode=" + mode.id() + " lambdaRelative=" + lambdaRelative
                        + ": expected one-pair and 0 with given alphas");
            }
            check("alphaLeft", alphaLeft);
            check("alphaRight", alphaRight);
        } else {
            check("lambdaRelative", lambdaRelative);
        }
        if (binning != 1 && !(binning == 2 && given)) {
            throw new IllegalArgumentException("binning=" + binning + ": expected 1, or 2 with given alphas");
        }
    }

    /** The Tikhonov solution itself. */
    public static FilterDesign exact(double lambdaRelative) {
        return new FilterDesign(FilterMode.EXACT, lambdaRelative, 0, 0, 1);
    }

    /** Two pairs, closest to the Tikhonov solution. */
    public static FilterDesign twoTerm(double lambdaRelative) {
        return new FilterDesign(FilterMode.TWO_TERM, lambdaRelative, 0, 0, 1);
    }

    /** One pair whose two ridges are fitted to be closest to the Tikhonov solution on pictures with a 1/f amplitude. */
    public static FilterDesign onePairFitted(double lambdaRelative) {
        return new FilterDesign(FilterMode.ONE_PAIR, lambdaRelative, 0, 0, 1);
    }

    /** One pair with the ridges given. */
    public static FilterDesign onePair(double alphaLeft, double alphaRight) {
        return new FilterDesign(FilterMode.ONE_PAIR, 0, alphaLeft, alphaRight, 1);
    }

    /** The same pair with other ridges. */
    public FilterDesign withRidges(double left, double right) {
        return new FilterDesign(mode, lambdaRelative, left, right, binning);
    }

    /** The same for a plane of means of so many x so many samples, 1 or 2. */
    public FilterDesign withBinning(int samples) {
        return new FilterDesign(mode, lambdaRelative, alphaLeft, alphaRight, samples);
    }

    /** Design of a mode by its name, ridges fitted where the mode has any. */
    public static FilterDesign of(FilterMode mode, double lambdaRelative) {
        return new FilterDesign(mode, lambdaRelative, 0, 0, 1);
    }

    /**
     * The filter of the frame path on the reference device, and of all training data.
     *
     * <p>Chosen by measurement: 24 simulated eyes with their depth (30..47 mm, iris at 35 mm), the reference sensor's noise,
     * calibrated at 35 mm; PSNR against the radiance (clipped at 1) after an affine fit, dB, in the 96 x 160 region about the
     * iris / in the whole picture:
     * <pre>
     * exact     lambda  0.01 21.5/23.3   0.03 23.1/25.0   0.1 23.3/24.4   0.3 22.6/23.1   1 21.7/22.1
     * one pair  alpha   0.05 22.1/23.6   0.08 22.9/24.5   0.12 23.2/24.8  0.2 23.1/24.4   0.3 22.9/23.9
     * one pair  0.12 left, 0.2 right: 23.2/24.7
     * </pre>
     * It is the best of a 5 x 5 grid of alphas in the region, by 0.03 dB over its neighbours, and 0.1 dB below the best exact
     * filter. Calibrated at 37 mm everything is 0.2 dB worse. A quarter of the samples makes the same pictures: the mask's
     * features are wider than a sample, and binning changes the region by -0.02 +- 0.01 dB.
     */
    public static FilterDesign reference() {
        return onePair(0.12, 0.2).withBinning(2);
    }

    /**
     * The filter of the frame path for any camera: {@link #reference()}, without its binning where the model is not for whole
     * frames of a mono sensor with even sides, or has detail that binning would lose.
     */
    public static FilterDesign framePath(FlatCamModel model) {
        FilterDesign design = reference();
        boolean fits = model.canBeBinned(design.binning()) && lostByBinning(model) <= LARGEST_LOSS;
        return fits ? design : design.withBinning(1);
    }

    /** Share of the squares of either centred matrix, the larger one, that is not in the means of two neighbouring rows. */
    private static double lostByBinning(FlatCamModel model) {
        return Math.max(lost(model.centredLeft(), model.sceneRows()), lost(model.centredRight(), model.sceneCols()));
    }

    private static double lost(double[] phi, int cols) {
        double rest = 0;
        double all = 0;
        for (int i = 0; i < phi.length; i += 2 * cols) {
            for (int j = i; j < i + cols; j++) {
                double difference = phi[j] - phi[j + cols];
                rest += difference * difference / 2;
                all += phi[j] * phi[j] + phi[j + cols] * phi[j + cols];
            }
        }
        return rest / all;
    }

    /** Whether {@link #alphaLeft} and {@link #alphaRight} are given rather than fitted. */
    public boolean ridgesGiven() {
        return alphaLeft != 0;
    }

    /** Short text that goes into the filter's id; a change of the arithmetic changes its leading number. */
    String describe() {
        String text =
                String.format(Locale.ROOT, "1;%s;%.9e;%.9e;%.9e", mode.id(), lambdaRelative, alphaLeft, alphaRight);
        return binning == 1 ? text : text + ";" + binning;
    }

    private static void check(String name, double value) {
        if (!(value >= SMALLEST && value <= LARGEST)) {
            throw new IllegalArgumentException(name + "=" + value + ": expected " + SMALLEST + ".." + LARGEST);
        }
    }
}
