package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.flatgaze.runtime.evaluate.EvaluationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze evaluate}: accuracy of the committed networks on a labelled set. */
@Command(
        name = "evaluate",
        description = "Accuracy of the networks on a labelled set: angular error, mIoU, region hit rate.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The region of interest comes from the segmentation network, never from the truth.",
            "Example: ./flatgaze evaluate --set sets/test --json test.json"
        })
public final class EvaluateCommand implements Callable<Integer> {

    @Option(names = "--set", required = true, paramLabel = "DIR", description = "A set made by 'flatgaze dataset'.")
    private Path set;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path models;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        EvaluationReport report;
        try {
            report = EvaluationReport.of(set, models, done -> System.err.println("evaluate: " + done + " frames"));
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        System.out.print(report.text());
        if (json != null) {
            JsonOutput.write(json, report.toJson());
        }
        return 0;
    }
}
