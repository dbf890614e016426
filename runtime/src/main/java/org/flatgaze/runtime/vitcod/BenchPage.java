package org.flatgaze.runtime.vitcod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.Polarised;
import org.flatgaze.accel.vitcod.plan.HeadPlan;

/** The report page: masks before and after reordering, the chosen variants, speed per head, the model's ceiling. */
public final class BenchPage {

    private static final String STYLE = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;"
            + "padding:0 1rem;color:#1c2733;background:#fff}h1{font-size:1.6rem}table{border-collapse:collapse}"
            + "td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #e3e8ee}"
            + "th{text-align:right;font-weight:600}.heads{display:flex;flex-wrap:wrap;gap:1rem}"
            + "figure{margin:0}figcaption{font-size:.8rem;color:#52606d}"
            + "img{width:130px;height:auto;image-rendering:pixelated;border:1px solid #cbd2d9;margin-right:4px}"
            + ".bar{background:#1f3a5f;height:.7rem;display:inline-block}.note{color:#52606d}";

    private BenchPage() {}

    /**
     * Writes the page, one file without outside references.
     *
     * @param title what was measured, such as the mask file's name
     * @param onnx comparison with ONNX Runtime, or null
     */
    public static void write(
            Path file, String title, MaskBench bench, int columnThreshold, double mlpRatio, OnnxComparison onnx)
            throws IOException {
        StringBuilder page = new StringBuilder(
                "<!doctype html><html lang=en><meta charset=utf-8>"
                        + "<meta name=viewport content='width=device-width,initial-scale=1'><title>Attention masks</title><style>");
        page.append(STYLE)
                .append("</style><h1>Sparse attention: ")
                .append(escape(title))
                .append("</h1>");
        summary(page, bench, mlpRatio, onnx);
        page.append("<h2>Heads</h2><table><tr><th>layer<th>head<th>pruned<th>global<th>variant<th>predicted us"
                + "<th>dense us<th>chosen us<th>speed-up<th></tr>");
        for (HeadPlan plan : bench.plans()) {
            row(page, bench, plan, columnThreshold);
        }
        page.append("</table><h2>Masks</h2><p class=note>Left as made, right with global tokens moved to the front:"
                + " orange is the denser part, computed in full; blue is the sparser part.</p><div class=heads>");
        for (HeadPlan plan : bench.plans()) {
            HeadMask mask = bench.masks().mask(plan.layer(), plan.head());
            Polarised split = Polarised.of(mask, columnThreshold);
            page.append("<figure><img alt='mask' src='")
                    .append(MaskPicture.dataUri(mask, 0))
                    .append("'><img alt='reordered mask' src='")
                    .append(MaskPicture.dataUri(split.reordered(), split.globalTokens()))
                    .append("'><figcaption>layer ")
                    .append(plan.layer())
                    .append(" head ")
                    .append(plan.head())
                    .append(", ")
                    .append(split.globalTokens())
                    .append(" global</figcaption></figure>");
        }
        page.append("</div></html>\n");
        Files.writeString(file, page, StandardCharsets.UTF_8);
    }

    private static void summary(StringBuilder page, MaskBench bench, double mlpRatio, OnnxComparison onnx) {
        MaskBench.LayerMacs macs = bench.layerMacs(mlpRatio);
        page.append(String.format(
                Locale.ROOT,
                "<p>%d layers x %d heads, %d x %d tokens, depth %d and %d, %.2f %% pruned. Attention core:"
                        + " <b>%.2fx</b> our dense kernel (measured, sum of medians), slowest head %.2fx.</p>"
                        + "<p>The core is %.1f %% of a layer's multiply-accumulates, so the model gains at most"
                        + " <b>%.2fx</b>; with this core %.2fx (predicted, all else equally efficient).</p>",
                bench.masks().layers(),
                bench.masks().heads(),
                bench.masks().queries(),
                bench.masks().keys(),
                bench.depth(),
                bench.valueDepth(),
                100 * bench.masks().sparsity(),
                bench.speedup(),
                bench.worstSpeedup(),
                100 * macs.share(),
                macs.ceiling(),
                macs.model(bench.speedup())));
        if (onnx != null) {
            page.append(String.format(
                    Locale.ROOT,
                    "<p>Our dense kernel against ONNX Runtime, one thread, one layer: %.2fx its separate operators"
                            + " (%.0f us), %.2fx its fused one (%.0f us).</p>",
                    onnx.unfused().speedup(),
                    onnx.unfused().firstMicros(),
                    onnx.fused().speedup(),
                    onnx.fused().firstMicros()));
        }
    }

    private static void row(StringBuilder page, MaskBench bench, HeadPlan plan, int columnThreshold) {
        HeadMask mask = bench.masks().mask(plan.layer(), plan.head());
        page.append(String.format(
                Locale.ROOT,
                "<tr><td>%d<td>%d<td>%.1f %%<td>%d<td>%s<td>%.1f<td>%.1f<td>%.1f<td>%.2fx"
                        + "<td style='text-align:left'><span class=bar style='width:%.0fpx'></span></tr>",
                plan.layer(),
                plan.head(),
                100 * mask.sparsity(),
                Polarised.of(mask, columnThreshold).globalTokens(),
                variantName(plan.pattern().variant()),
                plan.predictedMicros(),
                plan.measured().firstMicros(),
                plan.measured().secondMicros(),
                plan.measured().speedup(),
                20 * plan.measured().speedup()));
    }

    private static String variantName(Variant variant) {
        return variant.name().toLowerCase(Locale.ROOT);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
