package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.pipeline.reconstruct.FilterMode;
import org.flatgaze.pipeline.reconstruct.PictureFit;
import org.flatgaze.pipeline.reconstruct.ReconstructJob;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze reconstruct}: one raw capture to a picture, and how good it is. */
@Command(
        name = "reconstruct",
        description =
                "Reconstruct the picture of one raw FlatCam capture; compare it with a reference if there is one.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze reconstruct --calibration ../shared/data/flatcam/derived \\",
            "           --raw ../shared/data/flatcam/flatnet-sep/fc_9.png \\",
            "           --reference ../shared/data/flatcam/flatnet-sep/rec_9.png --out picture.png --json result.json"
        })
public final class ReconstructCommand implements Callable<Integer> {

    @Option(
            names = "--calibration",
            required = true,
            paramLabel = "PATH",
            description = "Calibration: a .npz file of `flatgaze calibrate camera`, or a folder with rig.json.")
    private Path calibration;

    @Option(
            names = "--raw",
            required = true,
            paramLabel = "PNG",
            description = "Raw capture: grey PNG of the sensor's size, 16 bit unless the sensor has 8.")
    private Path raw;

    @Option(names = "--reference", paramLabel = "PNG", description = "Picture to compare with, 8 bit, whole picture.")
    private Path reference;

    @Option(names = "--out", paramLabel = "PNG", description = "Write the picture here, 8 bit.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Option(
            names = "--lambda",
            paramLabel = "L",
            defaultValue = "0.02",
            description =
                    "Tikhonov parameter relative to the squared largest singular values (default ${DEFAULT-VALUE}).")
    private double lambda;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "exact",
            description = "exact, two-term (two fixed pairs of matrices) or one-pair (as on the frame path)"
                    + " (default ${DEFAULT-VALUE}).")
    private String mode;

    @Option(
            names = "--roi",
            paramLabel = "X,Y",
            description = "Make only the 96 x 160 region whose first column is X and first row is Y.")
    private String roi;

    @Override
    public Integer call() throws IOException {
        requirePng(out);
        JsonOutput.checkWritable(out);
        JsonOutput.checkWritable(json);
        ReconstructJob.Result result = run();
        if (out != null) {
            OpenCvImages.writePng(out.toAbsolutePath(), result.toPicture());
        }
        if (json != null) {
            JsonOutput.write(json, report(result));
        }
        print(result);
        return 0;
    }

    private ReconstructJob.Result run() {
        try {
            return ReconstructJob.run(new ReconstructJob.Options(
                    calibration,
                    raw,
                    Optional.ofNullable(reference),
                    FilterMode.of(mode),
                    lambda,
                    Optional.ofNullable(region(roi))));
        } catch (IOException | IllegalArgumentException e) {
            // Everything read here was named by the user: a missing, damaged or foreign file, or an option out of
            // range.
            throw new UsageError(e.getMessage(), e);
        }
    }

    private static ReconstructJob.Region region(String text) {
        if (text == null) {
            return null;
        }
        int comma = text.indexOf(',');
        try {
            return new ReconstructJob.Region(
                    Integer.parseInt(text.substring(0, Math.max(comma, 0)).strip()),
                    Integer.parseInt(text.substring(comma + 1).strip()));
        } catch (NumberFormatException e) {
            throw new UsageError("--roi " + text + ": expected X,Y such as 48,80", e);
        }
    }

    private static void requirePng(Path file) {
        if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new UsageError("--out " + file + ": expected a name that ends in .png");
        }
    }

    private Map<String, Object> report(ReconstructJob.Result result) {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (result.compared()) {
            keys.put(
                    "psnr_db",
                    Arrays.stream(result.fits()).mapToDouble(PictureFit::psnrDb).toArray());
            keys.put(
                    "correlation",
                    Arrays.stream(result.fits())
                            .mapToDouble(PictureFit::correlation)
                            .toArray());
        }
        keys.put("millis", result.millis());
        keys.put("lambda_rel", lambda);
        keys.put("health", result.health());
        keys.put("saturated_fraction", result.saturatedFraction());
        keys.put("mean_fraction", result.meanFraction());
        keys.put("roi_max_abs_diff", result.roiMaxAbsDiff());
        keys.put("mode", mode);
        keys.put("width", result.width());
        keys.put("height", result.height());
        keys.put("filter_id", result.filter().id());
        keys.put("calibration_id", result.filter().model().id());
        return keys;
    }

    private void print(ReconstructJob.Result result) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d x %d, %s, lambda %.4g, %.2f ms a plane, health %.2f, mean %.1f %%, saturated %.3f %%%n",
                raw,
                result.width(),
                result.height(),
                mode,
                lambda,
                result.millis(),
                result.health(),
                100 * result.meanFraction(),
                100 * result.saturatedFraction());
        String[] names = result.pictures().length == 1 ? new String[] {"grey"} : new String[] {"red", "green", "blue"};
        for (int c = 0; c < result.fits().length; c++) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-5s correlation %.4f, PSNR %.2f dB%n",
                    names[c],
                    result.fits()[c].correlation(),
                    result.fits()[c].psnrDb());
        }
        if (result.pictures()[0].length == Reconstructor.ROI_ROWS * Reconstructor.ROI_COLS) {
            System.out.printf(
                    Locale.ROOT, "  region differs from the crop of the whole by %.1e%n", result.roiMaxAbsDiff());
        }
    }
}
