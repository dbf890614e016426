package org.flatgaze.runtime.evaluate;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.flatgaze.runtime.evaluate.EvaluationCharts.Series;

/**
 * The page of an evaluation: one file without outside references or scripts, light or dark as the reader's system is. It is
 * well-formed XML too.
 */
public final class EvaluationPage {

    private static final int WIDTH = 960;
    private static final int THIRD = 310;
    private static final double BIN_DEG = 0.25;
    private static final int BINS = 40;
    private static final List<String> COLOURS = List.of("one", "two", "three", "four");

    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6875;--line:#dde3e9;--paper:#fff;--one:#2b6cb0;
            --two:#c05621;--three:#2f855a;--four:#805ad5}
            @media(prefers-color-scheme:dark){:root{--ink:#e2e8f0;--soft:#9aa7b5;--line:#2b343d;--paper:#14191f;
            --one:#63b3ed;--two:#f6ad55;--three:#68d391;--four:#b794f4}}
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:var(--ink);
            background:var(--paper)}
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.note{color:var(--soft);font-size:.85rem}
            table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:right;
            border-bottom:1px solid var(--line)}td:first-child,th:first-child{text-align:left}
            svg{width:100%;height:auto;display:block}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
            .three{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem}
            .frames{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem}
            figure{margin:0}figure img{width:100%;display:block}figcaption{color:var(--soft);font-size:.8rem}
            """;

    private final SetEvaluation evaluation;
    private final List<RegionAge> regionAges;
    private final StringBuilder page = new StringBuilder();

    private EvaluationPage(EvaluationReport report) {
        this.evaluation = report.evaluation();
        this.regionAges = report.regionAges();
    }

    /** Writes the page of a report. */
    public static void write(Path file, EvaluationReport report) throws IOException {
        Files.writeString(file, html(report), StandardCharsets.UTF_8);
    }

    static String html(EvaluationReport report) throws IOException {
        return new EvaluationPage(report).html();
    }

    private String html() throws IOException {
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>"
                        + "<title>FlatGaze evaluation</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>FlatGaze evaluation</h1>");
        note(String.format(
                Locale.ROOT,
                "%s: %d frames of %d people; regions from the segmentation network, never from the truth. Errors are"
                        + " angles from the visual axis without user calibration, unless named otherwise.",
                evaluation.set(),
                evaluation.frames().size(),
                evaluation.frames().people().length));
        figures();
        heading("How the errors spread");
        distribution();
        heading("Where the errors are");
        breakdowns();
        heading("Person by person");
        people();
        heading("32-bit floats against 8-bit integers");
        int8();
        heading("FlatCam against a lens");
        lens();
        heading("Does the network know how wrong it is?");
        uncertainty();
        heading("A region that grows old");
        ages();
        heading("The worst frames");
        worst();
        return page.append("</body></html>\n").toString();
    }

    private void figures() {
        heading("Figures");
        page.append("<table>");
        row(
                "th",
                List.of(
                        "network",
                        "mean",
                        "median",
                        "p95",
                        "optical axis",
                        "5 points",
                        "re-slip",
                        "kappa floor",
                        "no answer",
                        "MMAC",
                        "µs"));
        evaluation.flatCam().gaze().forEach((model, results) -> {
            GazeScore score = GazeScore.of(results);
            row(
                    "td",
                    List.of(
                            model,
                            degrees(score.meanDeg()),
                            degrees(score.medianDeg()),
                            degrees(score.p95Deg()),
                            degrees(score.opticalDeg()),
                            degrees(score.after5ptDeg()),
                            degrees(score.after5ptReslipDeg()),
                            degrees(score.kappaFloorDeg()),
                            score.missed() + " of " + score.openFrames(),
                            String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    evaluation.store().entry(model).macs() * 1e-6),
                            String.format(
                                    Locale.ROOT, "%.0f", evaluation.micros().get(model))));
        });
        page.append("</table>");
        Confusion confusion = evaluation.flatCam().confusion();
        if (Double.isNaN(confusion.meanIou())) {
            note("The set knows no segmentation: no overlap, no pupil error, no region hit rate.");
            return;
        }
        note(String.format(
                Locale.ROOT,
                "%s: mIoU %.4f; pupil centre %.2f px off on average; the whole visible iris lies in the region of %.2f %% of"
                        + " the open eyes.",
                evaluation.segmentation(),
                confusion.meanIou(),
                evaluation.frames().pupilErrorPx(),
                100 * evaluation.frames().regionHitRate()));
    }

    private void distribution() {
        List<Series> series = new ArrayList<>();
        evaluation.flatCam().gaze().forEach((model, results) -> {
            double[] shares = new double[BINS];
            double[] errors = errors(results);
            for (double error : errors) {
                int bin = (int) (error / BIN_DEG);
                if (bin < BINS) {
                    shares[bin] += 100.0 / errors.length;
                }
            }
            series.add(new Series(model, COLOURS.get(series.size() % COLOURS.size()), shares));
        });
        EvaluationCharts.steps(page, WIDTH, "share of frames, %, per quarter of a degree", series, BIN_DEG, "deg");
        List<String> beyond = new ArrayList<>();
        evaluation.flatCam().gaze().forEach((model, results) -> {
            double[] errors = errors(results);
            long far = Arrays.stream(errors).filter(e -> e >= BIN_DEG * BINS).count();
            beyond.add(String.format(Locale.ROOT, "%s %d of %d", model, far, errors.length));
        });
        note("Beyond " + (int) (BIN_DEG * BINS) + " degrees, not drawn: " + String.join(", ", beyond) + ".");
    }

    private void breakdowns() {
        page.append("<div class=\"three\">");
        for (Breakdown.By by : Breakdown.By.values()) {
            List<String> groups = Breakdown.of(evaluation.frames(), by).stream()
                    .map(part -> String.format(Locale.ROOT, "%s–%s", edge(part.from()), edge(part.to())))
                    .toList();
            page.append("<div>");
            EvaluationCharts.bars(
                    page,
                    THIRD,
                    by.words(),
                    groups,
                    series(results -> Breakdown.of(results, by).stream()
                            .mapToDouble(Breakdown.Part::meanDeg)
                            .toArray()),
                    "deg");
            page.append("</div>");
        }
        page.append("</div>");
    }

    /** As short as it can be: the classes stand close together. */
    private static String edge(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
    }

    private void people() {
        evaluation.flatCam().gaze().forEach((model, results) -> {
            List<Map<String, Object>> people = EvaluationReport.perPerson(results).stream()
                    .filter(person -> person.get("mean_deg") != null)
                    .sorted(Comparator.comparingDouble(person -> (Double) person.get("mean_deg")))
                    .toList();
            EvaluationCharts.row(
                    page,
                    WIDTH,
                    "mean error of each person, deg, ascending",
                    new Series(
                            model,
                            "one",
                            people.stream()
                                    .mapToDouble(p -> (Double) p.get("mean_deg"))
                                    .toArray()),
                    people.stream()
                            .map(p -> String.format(
                                    Locale.ROOT,
                                    "person %s: %.2f deg over %s frames",
                                    p.get("person"),
                                    (Double) p.get("mean_deg"),
                                    p.get("frames")))
                            .toList());
        });
        note(
                "Most of the difference between people is kappa, the angle between optical and visual axis, which no picture"
                        + " shows and a user calibration takes away.");
    }

    private void int8() {
        if (evaluation.int8().isEmpty()) {
            note("No network has ranges for its 8-bit form beside it; make them with 'flatgaze accel quantize'.");
            return;
        }
        SetRun int8 = evaluation.int8().get();
        page.append("<table>");
        row("th", List.of("network", "float", "int8", "difference", "answers moved by", "µs float", "µs int8"));
        int8.gaze().forEach((model, results) -> {
            FrameResults floats = evaluation.flatCam().gaze().get(model);
            double before = GazeScore.of(floats).meanDeg();
            double after = GazeScore.of(results).meanDeg();
            row(
                    "td",
                    List.of(
                            model,
                            degrees(before),
                            degrees(after),
                            number("%+.3f", after - before),
                            degrees(EvaluationReport.moved(floats, results)),
                            String.format(
                                    Locale.ROOT, "%.0f", evaluation.micros().get(model)),
                            String.format(
                                    Locale.ROOT, "%.0f", evaluation.int8Micros().get(model))));
        });
        page.append("</table><p></p><table>");
        row("th", List.of("overlap", "background", "sclera", "iris", "pupil", "mIoU"));
        overlaps("float", evaluation.flatCam().confusion());
        overlaps("int8", int8.confusion());
        page.append("</table>");
        note(String.format(
                Locale.ROOT,
                "The 8-bit networks ran on %s; our own kernels and the emulator gave the same bits on the %d frames checked.",
                evaluation.int8Backend(),
                evaluation.checkedFrames()));
    }

    private void overlaps(String name, Confusion confusion) {
        List<String> cells = new ArrayList<>(List.of(name));
        for (int label = 0; label < Confusion.CLASSES; label++) {
            cells.add(number("%.4f", confusion.iou(label)));
        }
        cells.add(number("%.4f", confusion.meanIou()));
        row("td", cells);
    }

    private void lens() {
        if (evaluation.lens().isEmpty()) {
            note("No networks trained on lens pictures stand among the models, so there is nothing to compare with.");
            return;
        }
        List<String> models = List.copyOf(evaluation.lens().get().gaze().keySet());
        Function<Map<String, FrameResults>, double[]> optical = run -> models.stream()
                .mapToDouble(model -> GazeScore.of(run.get(model)).opticalDeg())
                .toArray();
        EvaluationCharts.bars(
                page,
                WIDTH,
                "mean error on the optical axis, deg",
                models,
                List.of(
                        new Series(
                                "lens",
                                "three",
                                optical.apply(evaluation.lens().get().gaze())),
                        new Series(
                                "FlatCam",
                                "one",
                                optical.apply(evaluation.flatCam().gaze()))),
                "deg");
        note(String.format(
                Locale.ROOT,
                "mIoU %s behind a lens, %s behind the mask.",
                number("%.4f", evaluation.lens().get().confusion().meanIou()),
                number("%.4f", evaluation.flatCam().confusion().meanIou())));
    }

    private void uncertainty() {
        List<String> silent = new ArrayList<>();
        page.append("<div class=\"three\">");
        evaluation.flatCam().gaze().forEach((model, results) -> {
            UncertaintyCurve curve = UncertaintyCurve.of(results);
            if (curve.groups().isEmpty()) {
                silent.add(model);
                return;
            }
            page.append("<div>");
            EvaluationCharts.diagonal(
                    page,
                    THIRD,
                    model + ": ten groups of equal size",
                    new Series(
                            "predicted",
                            "one",
                            curve.groups().stream()
                                    .mapToDouble(UncertaintyCurve.Group::predictedDeg)
                                    .toArray()),
                    new Series(
                            "measured",
                            "one",
                            curve.groups().stream()
                                    .mapToDouble(UncertaintyCurve.Group::measuredDeg)
                                    .toArray()));
            page.append("</div>");
        });
        page.append("</div>");
        if (!silent.isEmpty()) {
            note("Predicts no error of its own: " + String.join(", ", silent) + ".");
        }
    }

    private void ages() {
        if (regionAges.isEmpty()) {
            note("Not measured in this run; --roi-age PEOPLE lets simulated eyes move while a region grows old.");
            return;
        }
        List<String> groups = regionAges.stream()
                .map(age -> "every " + age.period() + " frames")
                .toList();
        EvaluationCharts.bars(
                page,
                WIDTH,
                "open eyes whose iris is not wholly in the region, %",
                groups,
                List.of(new Series(
                        "missed",
                        "two",
                        regionAges.stream()
                                .mapToDouble(age -> 100 * (1 - age.hitRate()))
                                .toArray())),
                "%");
        List<Series> errors = new ArrayList<>();
        for (String model : regionAges.getFirst().meanDeg().keySet()) {
            errors.add(new Series(
                    model,
                    COLOURS.get(errors.size() % COLOURS.size()),
                    regionAges.stream()
                            .mapToDouble(age -> age.meanDeg().get(model))
                            .toArray()));
        }
        EvaluationCharts.bars(page, WIDTH, "mean error, deg", groups, errors, "deg");
        note(
                "Fixations, saccades, pursuit and blinks at 240 frames/s; a region is in use from 8 frames after the picture it was"
                        + " found in until the next one is, except with period 1, where every frame has its own.");
    }

    private void worst() throws IOException {
        note("Of " + evaluation.flatCam().gaze().firstEntry().getKey()
                + ": reconstruction, region (yellow), true direction (green), answer (blue).");
        page.append("<div class=\"frames\">");
        for (WorstFrame frame : evaluation.worst()) {
            page.append("<figure><img alt=\"reconstruction\" src=\"data:image/png;base64,")
                    .append(png(frame.picture()))
                    .append("\"/><figcaption>")
                    .append(String.format(
                            Locale.ROOT,
                            "%.1f deg; person %d, openness %s",
                            frame.row().errorDeg(),
                            frame.row().person(),
                            number("%.2f", frame.row().openness())))
                    .append("</figcaption></figure>");
        }
        page.append("</div>");
    }

    private static String png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private List<Series> series(Function<FrameResults, double[]> values) {
        List<Series> series = new ArrayList<>();
        evaluation
                .flatCam()
                .gaze()
                .forEach((model, results) -> series.add(
                        new Series(model, COLOURS.get(series.size() % COLOURS.size()), values.apply(results))));
        return series;
    }

    private static double[] errors(FrameResults results) {
        return results.rows().stream()
                .filter(FrameResults.Row::judged)
                .mapToDouble(FrameResults.Row::errorDeg)
                .toArray();
    }

    private static String degrees(double value) {
        return number("%.2f°", value);
    }

    /** A figure the set cannot give is a dash. */
    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }

    private void heading(String words) {
        page.append("<h2>").append(escape(words)).append("</h2>");
    }

    private void note(String words) {
        page.append("<p class=\"note\">").append(escape(words)).append("</p>");
    }

    private void row(String cell, List<String> cells) {
        page.append("<tr>");
        for (String words : cells) {
            page.append('<')
                    .append(cell)
                    .append('>')
                    .append(escape(words))
                    .append("</")
                    .append(cell)
                    .append('>');
        }
        page.append("</tr>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
