package org.flatgaze.runtime.command.calibrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.calibration.camera.CalibrationRefusedException;
import org.flatgaze.calibration.camera.CameraHealth;
import org.flatgaze.calibration.camera.CameraReport;
import org.flatgaze.calibration.camera.CaptureLimits;
import org.flatgaze.calibration.camera.CaptureProgress;
import org.flatgaze.calibration.camera.DeviceFile;
import org.flatgaze.calibration.camera.PatternCalibration;
import org.flatgaze.calibration.camera.PatternFolder;
import org.flatgaze.calibration.camera.PatternPlan;
import org.flatgaze.calibration.camera.SimulatedDevice;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flatgaze calibrate camera}: from patterns, from frame and picture pairs, or from another program's file. */
@Command(
        name = "camera",
        description = "Recover a FlatCam's two matrices and say how far they can be trusted.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze calibrate camera --patterns patterns --pixels 1024",
            "         ./flatgaze calibrate camera --captures captures --bits 10 --out device.npz --html report.html",
            "         ./flatgaze calibrate camera --captures captures --from v4l2:/dev/video0 --raw10 --out device.npz",
            "         ./flatgaze calibrate camera --pairs fc_7.png:rec_7.png,fc_8.png:rec_8.png --rig rig.json --out device.npz"
        })
public final class CalibrateCameraCommand implements Callable<Integer> {

    /** Where the calibration comes from: exactly one. */
    static final class Source {
        @Option(names = "--simulate", description = "Calibrate an individual of the simulated reference device.")
        private boolean simulate;

        @Option(
                names = "--patterns",
                paramLabel = "DIR",
                description = "Write the patterns to show, in order, and stop.")
        private Path patterns;

        @Option(names = "--captures", paramLabel = "DIR", description = "Captures named like their patterns.")
        private Path captures;

        @Option(
                names = "--pairs",
                paramLabel = "RAW:PICTURE",
                split = ",",
                description = "Frames with their pictures: calibrate without patterns.")
        private List<String> pairs;

        @Option(names = "--matlab", paramLabel = "MAT", description = "Import P1*/Q1* matrices of a MAT-file.")
        private Path matlab;
    }

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Mixin
    private CaptureOptions capture;

    @Option(names = "--out", paramLabel = "NPZ", description = "Calibration file to write.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with pictures.")
    private Path html;

    @Option(names = "--seed", defaultValue = "1", description = "Which simulated device (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--frames",
            defaultValue = "4",
            description = "Frames averaged per pattern, simulated or with --from (default ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--mask-rotation",
            defaultValue = "0",
            paramLabel = "DEG",
            description = "Turn of the simulated mask (default ${DEFAULT-VALUE}: the device that demo runs).")
    private double maskRotationDeg;

    @Option(names = "--curve", description = "Also simulate the error over full well and read noise (two minutes).")
    private boolean curve;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Keep simulated captures here; an interrupted run goes on.")
    private Path store;

    @Option(
            names = "--size",
            defaultValue = "128",
            description = "Patterns a side, a power of two (default ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--pixels",
            defaultValue = "1024",
            description = "Side of a pattern picture (default ${DEFAULT-VALUE}).")
    private int pixels;

    @Option(names = "--bits", defaultValue = "10", description = "Bits of the sensor (default ${DEFAULT-VALUE}).")
    private int bits;

    @Option(names = "--left-aligned", description = "Samples stand in the upper bits of 16.")
    private boolean leftAligned;

    @Option(
            names = "--no-rotation",
            description = "Do not undo a turned mask: the frame path of `run` takes whole frames only.")
    private boolean noRotation;

    @Option(names = "--device", paramLabel = "ID", defaultValue = "flatcam", description = "Name of the device.")
    private String device;

    @Option(
            names = "--magnification",
            defaultValue = "1",
            paramLabel = "M",
            description = "Write the matrices for another eye distance: (1 + d/z) / (1 + d/z0), d mask to sensor,"
                    + " z0 the screen's distance, z the eye's (default ${DEFAULT-VALUE}).")
    private double magnification;

    @Option(
            names = "--rig",
            paramLabel = "JSON",
            description = "With --pairs and --matlab: sensor and plane (rig.json).")
    private Path rig;

    @Option(names = "--threads", description = "Threads that read captures (default: one a core, at most 4).")
    private int threads = Math.min(4, Runtime.getRuntime().availableProcessors());

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(html);
        JsonOutput.checkWritable(out);
        long begun = System.nanoTime();
        try {
            if (capture.isAsked() && source.captures == null) {
                throw new UsageError("--from needs --captures: name the folder that keeps what is taken");
            }
            if (source.patterns != null) {
                return writePatterns();
            }
            if (out == null) {
                throw new UsageError("--out is missing: name the calibration file to write, such as device.npz");
            }
            CameraJobs.Result result = result();
            result.facts().put("seconds", (System.nanoTime() - begun) * 1e-9);
            result.facts().put("out", out.toString());
            return finish(result);
        } catch (CalibrationRefusedException | IllegalArgumentException e) {
            throw new UsageError("refused: " + e.getMessage(), e);
        }
    }

    private CameraJobs.Result result() throws IOException {
        if (source.simulate) {
            return simulated();
        }
        PatternPlan plan = new PatternPlan(size);
        SensorFormat camera = null;
        if (capture.isAsked()) {
            camera = capture.format(bits, leftAligned);
            capture.take(source.captures, plan, camera, frames, progress());
        }
        try {
            if (source.captures != null) {
                return CameraJobs.captures(
                        source.captures,
                        plan,
                        camera == null ? CameraJobs.sensorOf(source.captures, plan, bits, leftAligned) : camera,
                        options(),
                        device,
                        magnification,
                        progress());
            }
            if (source.pairs != null) {
                return CameraJobs.pairs(source.pairs, rig, device, progress());
            }
            return CameraJobs.matlab(source.matlab, rig, device);
        } catch (IOException e) {
            // Everything read here was named by the user.
            throw new UsageError(e.getMessage(), e);
        }
    }

    private PatternCalibration.Options options() {
        return new PatternCalibration.Options(Math.max(256, size), !noRotation, threads, CaptureLimits.DEFAULT);
    }

    private CameraJobs.Result simulated() throws IOException {
        SimulatedDevice bench = new SimulatedDevice(seed, frames, new PatternPlan(size), maskRotationDeg, options());
        SimulatedDevice.Outcome outcome = bench.run(store, progress());
        Map<String, Object> facts = new LinkedHashMap<>(outcome.facts());
        facts.put("health", outcome.health().right().explained());
        facts.put("health_report", outcome.health().facts());
        if (curve) {
            facts.put("curve", bench.curve(progress()));
        }
        FlatCamModel model = outcome.model();
        return new CameraJobs.Result(
                model,
                outcome.health(),
                outcome.plane(),
                facts,
                file -> DeviceFile.save(outcome.calibration(), model, facts, file));
    }

    private int finish(CameraJobs.Result result) throws IOException {
        result.writer().write(out);
        Map<String, Object> facts = result.facts();
        if (html != null) {
            CameraReport.write(result.model(), result.health(), result.plane(), facts, html);
        }
        if (json != null) {
            JsonOutput.write(json, facts);
        }
        facts.forEach((name, value) -> {
            if (value instanceof Number number) {
                System.out.printf(Locale.ROOT, "%-24s %.6g%n", name, number.doubleValue());
            }
        });
        CameraHealth health = result.health();
        System.out.println(health.text());
        System.out.printf(
                Locale.ROOT,
                "%s: %s, id %s%n",
                out,
                result.model().deviceId(),
                result.model().id());
        return health.passes() ? 0 : 1;
    }

    private int writePatterns() throws IOException {
        PatternPlan plan = new PatternPlan(size);
        int written = PatternFolder.write(plan, source.patterns, pixels);
        System.out.printf(
                Locale.ROOT,
                "%s: %d patterns of %d x %d in order.txt (%d written now); show.html shows them full-screen. Save every"
                        + " capture under its pattern's name.%n",
                source.patterns,
                plan.shots().size(),
                pixels,
                pixels,
                written);
        if (json != null) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("patterns", plan.shots().size());
            facts.put("written", written);
            JsonOutput.write(json, facts);
        }
        return 0;
    }

    private static CaptureProgress progress() {
        return (step, done, total, quality) -> {
            if (done % 64 == 0 || done == total) {
                String live =
                        Double.isNaN(quality) ? "" : String.format(Locale.ROOT, ", signal to noise %.2f", quality);
                System.err.printf(Locale.ROOT, "calibrate: %s %d of %d%s%n", step, done, total, live);
            }
        };
    }
}
