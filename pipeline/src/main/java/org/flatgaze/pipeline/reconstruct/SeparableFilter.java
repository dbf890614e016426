package org.flatgaze.pipeline.reconstruct;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * The matrices a picture is made with: centring, grand mean and regularisation are folded in, so that a picture is
 * {@code sum_k A_k Y B_k} (one or two pairs) or, in exact mode, {@code VL (W .* (UL^T Y UR)) VR^T}. Any rows of A and columns
 * of B make the same rows and columns of the picture. Immutable, any thread; the workspaces are in {@link Reconstructor}.
 *
 * <p>A plane is a share of full scale, 0..1, binned if the design says so (see {@link FrameUnpacker}). The grand mean needs
 * no term of its own: it is constant, and the centred matrices answer 0 to a constant.
 */
public final class SeparableFilter {

    private final FlatCamModel model;
    private final FilterDesign design;
    private final double alphaLeft;
    private final double alphaRight;
    private final String id;
    private final SeparableFactors factors;
    private final Optional<RegionSplines> regionSplines;

    private SeparableFilter(
            FlatCamModel model, FilterDesign design, double alphaLeft, double alphaRight, SeparableFactors factors) {
        this.model = model;
        this.design = design;
        this.alphaLeft = alphaLeft;
        this.alphaRight = alphaRight;
        this.factors = factors;
        this.regionSplines = factors.regionSplines(model.sceneRows(), model.sceneCols());
        String text = model.id() + ";" + design.describe() + ";" + model.sceneRows() + "x" + model.sceneCols();
        this.id = HexFormat.of()
                .formatHex(FlatCamModel.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)))
                .substring(0, 16);
    }

    /** Builds a filter from a model; with the ridges given no decomposition is made and this takes a few 10 ms. */
    public static SeparableFilter of(FlatCamModel model, FilterDesign design) {
        Objects.requireNonNull(model, "model");
        if (!design.ridgesGiven()) {
            return of(ModelSpectrum.of(model), design);
        }
        requireBlocks(model, design);
        int rows = model.rows() / design.binning();
        int cols = model.cols() / design.binning();
        double[] left = binned(model.centredLeft(), model.sceneRows(), design.binning());
        double[] right = binned(model.centredRight(), model.sceneCols(), design.binning());
        double[] a = Ridge.inverse(left, rows, model.sceneRows(), design.alphaLeft());
        double[] b =
                transposed(Ridge.inverse(right, cols, model.sceneCols(), design.alphaRight()), model.sceneCols(), cols);
        SeparableFactors factors = SeparableFactors.pairs(model.sceneRows(), model.sceneCols(), rows, cols, a, b);
        return new SeparableFilter(model, design, design.alphaLeft(), design.alphaRight(), factors);
    }

    /** Builds a filter from bases that are known already; quick, for comparing designs. */
    public static SeparableFilter of(ModelSpectrum spectrum, FilterDesign design) {
        FlatCamModel model = spectrum.model();
        if (design.ridgesGiven()) {
            return of(model, design);
        }
        return switch (design.mode()) {
            case EXACT ->
                new SeparableFilter(model, design, 0, 0, SeparableFactors.exact(spectrum, design.lambdaRelative()));
            case TWO_TERM -> {
                double[][][] terms = TikhonovWeight.separable(spectrum, design.lambdaRelative(), 2);
                yield new SeparableFilter(model, design, 0, 0, SeparableFactors.weighted(spectrum, terms));
            }
            case ONE_PAIR -> {
                double[] fit = TikhonovWeight.fitRidges(spectrum, design.lambdaRelative());
                double[] left = TikhonovWeight.ridge(spectrum.left(), fit[0]);
                for (int i = 0; i < left.length; i++) {
                    left[i] *= fit[2];
                }
                double[] right = TikhonovWeight.ridge(spectrum.right(), fit[1]);
                double[][][] term = {{left, right}};
                yield new SeparableFilter(model, design, fit[0], fit[1], SeparableFactors.weighted(spectrum, term));
            }
        };
    }

    /** The filter of the frame path for a camera, see {@link FilterDesign#framePath}. */
    public static SeparableFilter framePath(FlatCamModel model) {
        return of(model, FilterDesign.framePath(model));
    }

    private static void requireBlocks(FlatCamModel model, FilterDesign design) {
        if (!model.canBeBinned(design.binning())) {
            throw new IllegalArgumentException("device " + model.deviceId() + ", binning=" + design.binning()
                    + ": expected whole frames of a mono sensor with sides that it divides");
        }
    }

    /** What a scene does to a binned plane: means of so many neighbouring rows of {@code phi}, which has {@code cols} columns. */
    private static double[] binned(double[] phi, int cols, int binning) {
        double[] out = new double[phi.length / binning];
        for (int i = 0; i < out.length * binning; i++) {
            out[i / cols / binning * cols + i % cols] += phi[i] / binning;
        }
        return out;
    }

    /** Rows of the plane that a picture is made from: those of the model, binned. */
    public int rows() {
        return model.rows() / design.binning();
    }

    /** Columns of that plane. */
    public int cols() {
        return model.cols() / design.binning();
    }

    /** Whose filter this is. */
    public FlatCamModel model() {
        return model;
    }

    /** What it was built as. */
    public FilterDesign design() {
        return design;
    }

    /** Ridge of the left side, given or fitted, relative to s_1^2; 0 in other modes. */
    public double alphaLeft() {
        return alphaLeft;
    }

    /** Ridge of the right side, given or fitted, relative to s_1^2; 0 in other modes. */
    public double alphaRight() {
        return alphaRight;
    }

    /**
     * 16 hexadecimal digits over model id, design and picture size: what a net was trained with. Two filters of one id make
     * the same picture up to the rounding of the kernels, and the same regions up to what {@link Reconstructor} allows.
     */
    public String id() {
        return id;
    }

    SeparableFactors factors() {
        return factors;
    }

    Optional<RegionSplines> regionSplines() {
        return regionSplines;
    }

    static double[] transposed(double[] x, int rows, int cols) {
        double[] out = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                out[j * rows + i] = x[i * cols + j];
            }
        }
        return out;
    }
}
