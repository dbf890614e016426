package org.flatgaze.runtime.command.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.bench.KernelFamily;
import org.flatgaze.accel.bench.KernelRow;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze kernels bench}: every kernel beside its competitors, losses included. */
@Command(
        name = "bench",
        description = "Median time of every kernel beside its references, measured in turns; one thread.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze kernels bench --family shiftadd --html kernels.html --json kernels.json"})
final class KernelsBenchCommand implements Callable<Integer> {

    @Option(names = "--family", paramLabel = "NAME", description = "Only this family (default: all).")
    private String family;

    @Option(names = "--rounds", defaultValue = "15", description = "Turns of each kernel (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with the table.")
    private Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(html);
        JsonOutput.checkWritable(json);
        if (rounds < 1 || rounds > 1000) {
            throw new UsageError("--rounds " + rounds + ": expected 1..1000");
        }
        PairedTimer standard = PairedTimer.standard();
        PairedTimer timer = new PairedTimer(standard.warmUpMillis(), standard.windowMillis(), rounds);
        List<KernelRow> rows = new ArrayList<>();
        System.out.println(VectorSupport.reason());
        for (KernelFamily each : KernelsCommand.families(family)) {
            rows.addAll(each.measure(timer, note -> System.err.println("kernels: " + note)));
        }
        print(rows);
        if (html != null) {
            Files.writeString(html, page(rows), StandardCharsets.UTF_8);
        }
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("vector", VectorSupport.reason());
            result.put("rows", rows.stream().map(KernelsBenchCommand::json).toList());
            JsonOutput.write(json, result);
        }
        return 0;
    }

    private static void print(List<KernelRow> rows) {
        for (KernelRow row : rows) {
            System.out.printf(
                    Locale.ROOT,
                    "%-22s %-52s %-38s %10.2f us %10.2f us  %6.2fx%s%n",
                    row.kernel(),
                    row.shape(),
                    row.variant(),
                    row.us(),
                    row.referenceUs(),
                    row.ratio(),
                    row.ratio() < 1 ? "  loses" : "");
        }
    }

    private static Map<String, Object> json(KernelRow row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("kernel", row.kernel());
        values.put("shape", row.shape());
        values.put("variant", row.variant());
        values.put("us", row.us());
        values.put("reference_us", row.referenceUs());
        values.put("ratio", row.ratio());
        return values;
    }

    private static String page(List<KernelRow> rows) {
        StringBuilder page = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8>"
                + "<meta name=viewport content='width=device-width,initial-scale=1'><title>Kernels</title><style>"
                + "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2733}"
                + "table{border-collapse:collapse;width:100%}td,th{padding:.25rem .7rem;text-align:right;"
                + "border-bottom:1px solid #e3e8ee}td:nth-child(-n+3),th:nth-child(-n+3){text-align:left}"
                + ".loss{color:#a61b1b}</style><h1>Kernels</h1><p>");
        page.append(escape(VectorSupport.reason()))
                .append(". One thread, medians of turns. A ratio below 1 is a loss.</p><table><tr><th>kernel<th>shape"
                        + "<th>variant<th>&micro;s<th>reference &micro;s<th>ratio</tr>");
        for (KernelRow row : rows) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr%s><td>%s<td>%s<td>%s<td>%.2f<td>%.2f<td>%.2f</tr>%n",
                    row.ratio() < 1 ? " class=loss" : "",
                    escape(row.kernel()),
                    escape(row.shape()),
                    escape(row.variant()),
                    row.us(),
                    row.referenceUs(),
                    row.ratio()));
        }
        return page.append("</table></html>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
