package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.runtime.evaluate.EvaluationPage;
import org.flatgaze.runtime.evaluate.EvaluationReport;
import org.flatgaze.runtime.evaluate.PictureFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze evaluate}: accuracy of the committed networks on a labelled set, or what they make of real pictures. */
@Command(
        name = "evaluate",
        description =
                "Accuracy of the networks on a labelled set: angular error, mIoU, region hit rate, in float and int8.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The region of interest comes from the segmentation network, never from the truth.",
            "With --pictures, real near-infrared eye pictures (PNG or JPEG) go through the optics model, reconstruction and",
            "segmentation instead; NAME.labels.png beside NAME.png holds classes 0..3 and gives the overlap.",
            "Example: ./flatgaze evaluate --set sets/test --json test.json --html test.html",
            "Example: ./flatgaze evaluate --pictures eyes --save out"
        })
public final class EvaluateCommand implements Callable<Integer> {

    @Option(names = "--set", paramLabel = "DIR", description = "A set made by 'flatgaze dataset'.")
    private Path set;

    @Option(names = "--pictures", paramLabel = "DIR", description = "A folder of real eye pictures instead of a set.")
    private Path pictures;

    @Option(names = "--save", paramLabel = "DIR", description = "With --pictures: write pictures.png, a contact sheet.")
    private Path save;

    @Option(
            names = "--roi-age",
            paramLabel = "PEOPLE",
            defaultValue = "0",
            description =
                    "Also let so many simulated people's eyes move while a region grows old, 2 s each (off by default).")
    private int people;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path models;

    @Option(
            names = "--segmentation",
            paramLabel = "ID",
            defaultValue = "ritnet-128",
            description = "Segmentation network that finds the regions: ritnet-128, compact-seg (${DEFAULT-VALUE}).")
    private String segmentation;

    @Option(
            names = "--int8-backend",
            paramLabel = "ID",
            description = "With --set: backend of the 8-bit pass, such as onnx-int8, emulator, device (default: cpu).")
    private String int8Backend;

    @Option(names = "--threads", description = "Worker threads (default: one a core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts.")
    private Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(html);
        if ((set == null) == (pictures == null)) {
            throw new UsageError("one of --set DIR and --pictures DIR is needed");
        }
        if (pictures != null && html != null) {
            throw new UsageError("--html is for --set; --pictures has --save DIR");
        }
        if (set != null && save != null) {
            throw new UsageError("--save is for --pictures; --set has --html FILE");
        }
        if (pictures != null && int8Backend != null) {
            throw new UsageError("--int8-backend is for --set; --pictures has no 8-bit pass");
        }
        if (threads < 1 || people < 0) {
            throw new UsageError("threads=" + threads + " roi-age=" + people + ": expected at least 1 and at least 0");
        }
        return set == null ? evaluatePictures() : evaluateSet();
    }

    private int evaluateSet() throws IOException {
        EvaluationReport report;
        try {
            report = EvaluationReport.of(
                    set,
                    models,
                    segmentation,
                    requireInt8(),
                    threads,
                    people,
                    line -> System.err.println("evaluate: " + line));
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        System.out.print(report.text());
        if (html != null) {
            EvaluationPage.write(html, report);
        }
        if (json != null) {
            JsonOutput.write(json, report.toJson());
        }
        return 0;
    }

    private String requireInt8() {
        String id = int8Backend == null ? "cpu" : int8Backend;
        AcceleratorProvider provider;
        try {
            provider = Accelerators.byId(id);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--int8-backend: " + e.getMessage(), e);
        }
        if (!provider.computesIntegers()) {
            throw new UsageError("int8-backend=" + id
                    + ": computes in float32; expected one that computes in 8 bits, such as cpu or onnx-int8");
        }
        AcceleratorProvider.Probe probe = provider.probe();
        if (!probe.usable()) {
            throw new UsageError("int8-backend=" + id + ": " + probe.detail());
        }
        return id;
    }

    private int evaluatePictures() {
        PictureFolder result;
        try {
            result = PictureFolder.of(pictures, models, segmentation, save);
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        System.out.print(result.text());
        if (json != null) {
            JsonOutput.write(json, result.toJson());
        }
        return 0;
    }
}
