package org.flatgaze.pipeline.reconstruct;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;

/** One capture from file to picture, with everything that tells whether the picture can be trusted. */
public final class ReconstructJob {

    /**
     * Best relative lambda for the real rig against its published pictures: mean correlation over three frames and three
     * colours is .960 / .966 / .968 / .967 / .964 at .005 / .01 / .02 / .03 / .05.
     */
    public static final double DEFAULT_LAMBDA_RELATIVE = 0.02;

    private static final int TIMED_ROUNDS = 15;

    private ReconstructJob() {}

    /**
     * What to do.
     *
     * @param calibration folder or .npz file, see {@link FlatCamModels#load}
     * @param raw grey PNG of the sensor's size
     * @param reference picture to compare with, of the scene's size, if any
     * @param mode how the filter is built
     * @param lambdaRelative Tikhonov parameter relative to {@code (sL_1 sR_1)^2}
     * @param region first column and row of a 96 x 160 region; the whole picture if empty
     */
    public record Options(
            Path calibration,
            Path raw,
            Optional<Path> reference,
            FilterMode mode,
            double lambdaRelative,
            Optional<Region> region) {}

    /**
     * First column and first row of a region.
     *
     * @param x column in the whole picture
     * @param y row in the whole picture
     */
    public record Region(int x, int y) {}

    /**
     * What came out. Arrays hold one element a colour: red, green, blue, or one of a mono sensor.
     *
     * @param width columns of the picture
     * @param height rows of the picture
     * @param pictures by colour, row-major, scene brightness without a unit
     * @param fits comparison by colour; empty without a reference
     * @param millis time to cut and reconstruct one colour's picture, median, milliseconds
     * @param health share of the planes' centred energy inside the calibrated subspace, mean over the colours, 0..1
     * @param meanFraction mean of the capture, share of full scale
     * @param saturatedFraction share of the samples at full scale
     * @param roiMaxAbsDiff largest difference between a region made alone and the crop of the whole, share of its peak
     * @param filter what it was made with
     */
    @SuppressWarnings("ArrayRecordComponent") // a report: printed once, compared by nobody
    public record Result(
            int width,
            int height,
            float[][] pictures,
            PictureFit[] fits,
            double millis,
            double health,
            double meanFraction,
            double saturatedFraction,
            double roiMaxAbsDiff,
            SeparableFilter filter) {

        /** Whether the comparison was asked for. */
        public boolean compared() {
            return fits.length > 0;
        }

        /**
         * 8-bit picture: clipped at 0, one scale for all colours so that their balance stays as captured, the brightest
         * 0.1 % white.
         */
        public Picture toPicture() {
            int colours = pictures.length;
            float[] all = new float[colours * width * height];
            for (int c = 0; c < colours; c++) {
                for (int i = 0; i < width * height; i++) {
                    all[i * colours + c] = Math.max(pictures[c][i], 0);
                }
            }
            float[] sorted = all.clone();
            Arrays.sort(sorted);
            float white = sorted[(int) (0.999 * (sorted.length - 1))];
            float scale = white > 0 ? 255 / white : 0;
            short[] samples = new short[all.length];
            for (int i = 0; i < all.length; i++) {
                samples[i] = (short) Math.min(255, Math.round(all[i] * scale));
            }
            return new Picture(width, height, colours, 8, samples);
        }
    }

    /**
     * Runs the job; writes nothing.
     *
     * @throws IOException if an input is missing, damaged or does not belong to the others: one line that says which
     * @throws IllegalArgumentException if an option is out of its range
     */
    public static Result run(Options options) throws IOException {
        FilterDesign design = FilterDesign.of(options.mode(), options.lambdaRelative());
        FlatCamModel model = FlatCamModels.load(options.calibration());
        RawCapture raw = RawCapture.read(options.raw(), model.sensor());
        ModelSpectrum spectrum = ModelSpectrum.of(model);
        SeparableFilter filter = SeparableFilter.of(spectrum, design);
        ColourReconstructor rig = new ColourReconstructor(filter, KernelSet.best());
        boolean roi = options.region().isPresent();
        Target target = roi ? Target.ROI : Target.FULL;
        Region region = options.region().orElseGet(() -> middle(model));
        int height = rig.reconstructor().outRows(target);
        int width = rig.reconstructor().outCols(target);
        float[][] reference = options.reference().isPresent()
                ? reference(options.reference().get(), model, rig.colours(), roi, region)
                : new float[0][];

        float[][] pictures = new float[rig.colours()][height * width];
        SubspaceHealth health = new SubspaceHealth(spectrum, KernelSet.best());
        double healthSum = 0;
        for (int c = 0; c < pictures.length; c++) {
            rig.reconstruct(raw.frame(), c, target, region.x(), region.y(), pictures[c]);
            healthSum += health.measure(rig.plane(raw.frame(), c));
        }
        PictureFit[] fits = new PictureFit[reference.length];
        for (int c = 0; c < fits.length; c++) {
            fits[c] = PictureFit.of(pictures[c], reference[c], 255);
        }
        return new Result(
                width,
                height,
                pictures,
                fits,
                medianMillis(rig, raw.frame(), target, region),
                healthSum / pictures.length,
                raw.mean(),
                raw.saturatedFraction(),
                roiMaxAbsDiff(rig, raw.frame(), model, region),
                filter);
    }

    private static Region middle(FlatCamModel model) {
        return new Region(
                Math.max(0, (model.sceneCols() - Reconstructor.ROI_COLS) / 2),
                Math.max(0, (model.sceneRows() - Reconstructor.ROI_ROWS) / 2));
    }

    private static float[][] reference(Path file, FlatCamModel model, int colours, boolean roi, Region region)
            throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.height() != model.sceneRows() || picture.width() != model.sceneCols()) {
            throw new IOException(file + ": " + picture.height() + " rows x " + picture.width()
                    + " columns, but the picture has " + model.sceneRows() + " x " + model.sceneCols()
                    + ": give the reference of the whole picture");
        }
        if (picture.channels() != colours || picture.bitDepth() != 8) {
            throw new IOException(file + ": " + picture.channels() + " channel(s) of " + picture.bitDepth()
                    + " bits, expected " + colours + " of 8 bits");
        }
        int x0 = roi ? region.x() : 0;
        int y0 = roi ? region.y() : 0;
        int width = roi ? Reconstructor.ROI_COLS : picture.width();
        int height = roi ? Reconstructor.ROI_ROWS : picture.height();
        float[][] out = new float[colours][height * width];
        for (int c = 0; c < colours; c++) {
            for (int i = 0; i < out[c].length; i++) {
                out[c][i] = picture.sample(y0 + i / width, x0 + i % width, c);
            }
        }
        return out;
    }

    /** Warm time: the first half of the rounds only lets the compiler finish. */
    private static double medianMillis(ColourReconstructor rig, float[] frame, Target target, Region region) {
        float[] out = new float
                [rig.reconstructor().outRows(target) * rig.reconstructor().outCols(target)];
        double[] millis = new double[TIMED_ROUNDS];
        for (int round = -TIMED_ROUNDS; round < TIMED_ROUNDS; round++) {
            long start = System.nanoTime();
            for (int c = 0; c < rig.colours(); c++) {
                rig.reconstruct(frame, c, target, region.x(), region.y(), out);
            }
            if (round >= 0) {
                millis[round] = (System.nanoTime() - start) / 1e6 / rig.colours();
            }
        }
        Arrays.sort(millis);
        return millis[TIMED_ROUNDS / 2];
    }

    private static double roiMaxAbsDiff(ColourReconstructor rig, float[] frame, FlatCamModel model, Region region) {
        if (model.sceneRows() < Reconstructor.ROI_ROWS || model.sceneCols() < Reconstructor.ROI_COLS) {
            return 0;
        }
        float[] full = new float[model.sceneRows() * model.sceneCols()];
        float[] part = new float[Reconstructor.ROI_ROWS * Reconstructor.ROI_COLS];
        double worst = 0;
        for (int c = 0; c < rig.colours(); c++) {
            rig.reconstruct(frame, c, Target.FULL, 0, 0, full);
            rig.reconstruct(frame, c, Target.ROI, region.x(), region.y(), part);
            double peak = 0;
            for (float v : full) {
                peak = Math.max(peak, Math.abs(v));
            }
            for (int i = 0; i < part.length; i++) {
                int row = region.y() + i / Reconstructor.ROI_COLS;
                int col = region.x() + i % Reconstructor.ROI_COLS;
                worst = Math.max(worst, Math.abs(part[i] - full[row * model.sceneCols() + col]) / peak);
            }
        }
        return worst;
    }
}
