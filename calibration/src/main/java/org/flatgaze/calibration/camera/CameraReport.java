package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;

/** A page about one calibration, complete in itself: figures, shadow, singular values, picture, residual. */
public final class CameraReport {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 180;

    private CameraReport() {}

    /**
     * Writes the page.
     *
     * @param model the calibration
     * @param health its health on {@code plane}
     * @param plane a frame of the device, rows x cols, share of full scale
     * @param facts figures for the table, in order
     * @param file a name that ends in .html
     * @throws IOException if it cannot be written
     */
    public static void write(FlatCamModel model, CameraHealth health, float[] plane, Map<String, ?> facts, Path file)
            throws IOException {
        StringBuilder page = new StringBuilder("""
                <!doctype html><html lang="en"><meta charset="utf-8"><title>FlatGaze camera calibration</title>
                <style>body{font:15px/1.5 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}
                table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 10px;text-align:left}
                img{image-rendering:auto;border:1px solid #ccc}figure{display:inline-block;margin:0 1em 1em 0}
                figcaption{font-size:13px;color:#555}.pass{color:#080}.fail{color:#b00}</style>
                """);
        page.append("<h1>Camera calibration: ")
                .append(escaped(model.deviceId()))
                .append("</h1>");
        page.append(String.format(
                Locale.ROOT,
                "<p class=\"%s\"><b>%s</b> (limits: this device at least %.2f of the frame explained, another below %.2f)</p>",
                health.passes() ? "pass" : "fail",
                health.passes() ? "Pass" : "Fail",
                FrameHealth.RIGHT_FROM,
                FrameHealth.WRONG_BELOW));
        page.append("<pre>").append(escaped(health.text())).append("</pre><table>");
        facts.forEach((name, value) ->
                page.append("<tr><th>").append(escaped(name)).append("<td>").append(escaped(String.valueOf(value))));
        page.append("</table><h2>Shadow of the middle of the scene</h2>");
        page.append(curve(middle(model.phiLeft(), model.sceneRows()), "down", false));
        page.append(curve(middle(model.phiRight(), model.sceneCols()), "across", false));
        page.append("<h2>Singular values, logarithmic, largest = 1</h2>");
        page.append(curve(health.bases().left(), "left", true));
        page.append(curve(health.bases().right(), "right", true));
        pictures(page, model, health, plane);
        Files.writeString(file, page.append("</html>\n"));
    }

    private static void pictures(StringBuilder page, FlatCamModel model, CameraHealth health, float[] plane) {
        double lambda = Double.isFinite(health.lambdaDiscrepancy())
                ? health.lambdaDiscrepancy()
                : health.lambdaCrossValidation();
        lambda = Math.clamp(lambda, 1e-6, 10);
        Reconstructor reconstructor =
                new Reconstructor(SeparableFilter.of(model, FilterDesign.exact(lambda)), KernelSet.best());
        float[] picture = new float[model.sceneRows() * model.sceneCols()];
        reconstructor.reconstruct(plane, Target.FULL, 0, 0, picture);
        float[] centred = plane.clone();
        Centring.centre(centred, model.rows(), model.cols());
        float[] residual = centred.clone();
        if (model.sceneRows() == model.sceneCols()) {
            SeparablePair pair =
                    new SeparablePair(model.rows(), model.cols(), model.sceneRows(), model.phiLeft(), model.phiRight());
            float[] predicted = pair.predict(picture);
            for (int i = 0; i < residual.length; i++) {
                residual[i] -= predicted[i];
            }
        }
        double top = quantile(picture, 0.999);
        double spread = 3 * Math.sqrt(Centring.energy(centred) / centred.length);
        page.append("<h2>Frame, picture, residual</h2>");
        figure(page, GreyPng.dataUri(plane, model.cols(), 0, 1), 420, "frame, full scale white");
        figure(
                page,
                GreyPng.dataUri(picture, model.sceneCols(), 0, top),
                300,
                String.format(Locale.ROOT, "picture, lambda %.3g", lambda));
        figure(
                page,
                GreyPng.dataUri(centred, model.cols(), -spread, spread),
                420,
                "frame without row and column means");
        figure(
                page,
                GreyPng.dataUri(residual, model.cols(), -spread, spread),
                420,
                "what the picture leaves unexplained, same scale");
    }

    private static void figure(StringBuilder page, String uri, int width, String caption) {
        page.append("<figure><img width=\"")
                .append(width)
                .append("\" alt=\"")
                .append(escaped(caption))
                .append("\" src=\"")
                .append(uri)
                .append("\"><figcaption>")
                .append(escaped(caption))
                .append("</figcaption></figure>");
    }

    private static double quantile(float[] values, double q) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (q * (sorted.length - 1))];
    }

    private static double[] middle(float[] phi, int cols) {
        double[] out = new double[phi.length / cols];
        for (int i = 0; i < out.length; i++) {
            out[i] = phi[i * cols + cols / 2];
        }
        return out;
    }

    private static String curve(double[] y, String name, boolean logarithmic) {
        double[] v = new double[y.length];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < y.length; i++) {
            v[i] = logarithmic ? Math.max(-5, Math.log10(y[i] / y[0])) : y[i];
            low = Math.min(low, v[i]);
            high = Math.max(high, v[i]);
        }
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < v.length; i++) {
            points.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    i * (double) WIDTH / Math.max(1, v.length - 1),
                    HEIGHT - 5 - (HEIGHT - 10) * (v[i] - low) / Math.max(high - low, 1e-30)));
        }
        return String.format(
                Locale.ROOT,
                "<figure><svg width=\"%d\" height=\"%d\" style=\"border:1px solid #ccc\"><polyline fill=\"none\" stroke=\"#06c\""
                        + " points=\"%s\"/></svg><figcaption>%s, %.3g to %.3g%s</figcaption></figure>",
                WIDTH,
                HEIGHT,
                points.toString().strip(),
                name,
                low,
                high,
                logarithmic ? " decades" : "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
