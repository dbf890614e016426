package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.calibration.camera.CameraHealth;
import org.flatgaze.calibration.camera.CameraReport;
import org.flatgaze.calibration.camera.DeviceFile;
import org.flatgaze.calibration.camera.FrameHealth;
import org.flatgaze.calibration.camera.HotPixels;
import org.flatgaze.calibration.camera.RigDescription;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.GazeRefusedException;
import org.flatgaze.calibration.gaze.GazeValidation;
import org.flatgaze.calibration.gaze.SampleFile;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze validate}: whether a calibration belongs to a camera, or a profile to a user. */
@Command(
        name = "validate",
        description = "Hold a camera calibration against raw frames, or a user's profile against recorded targets.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 1 if a frame is not this calibration's, or the profile's error is above --limit.",
            "Example: ./flatgaze validate --calibration device.npz --raw frame.png --html report.html",
            "         ./flatgaze validate --profiles profiles --name ada --samples ada-8.csv"
        })
public final class ValidateCommand implements Callable<Integer> {

    @Option(
            names = "--calibration",
            paramLabel = "PATH",
            description = "Camera calibration: .npz, or a folder with rig.json.")
    private Path calibration;

    @Option(names = "--raw", paramLabel = "PNG", split = ",", description = "Raw frames of the camera.")
    private List<Path> raw = List.of();

    @Option(names = "--profiles", paramLabel = "DIR", description = "Folder of profiles.")
    private Path profiles;

    @Option(names = "--name", paramLabel = "NAME", description = "Profile to validate, latest version.")
    private String name;

    @Option(names = "--device", paramLabel = "ID", defaultValue = "reference", description = "Device in use.")
    private String device;

    @Option(names = "--samples", paramLabel = "CSV", description = "Recorded targets that were not used to fit.")
    private Path samples;

    @Option(
            names = "--limit",
            defaultValue = "3",
            paramLabel = "DEG",
            description = "Largest mean error (${DEFAULT-VALUE}).")
    private double limitDeg;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report about calibration and first frame.")
    private Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(html);
        boolean camera = calibration != null && !raw.isEmpty();
        boolean gaze = profiles != null && name != null && samples != null;
        if (camera == gaze) {
            throw new UsageError("give --calibration with --raw, or --profiles, --name and --samples");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        boolean passes;
        try {
            passes = camera ? camera(facts) : gaze(facts);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        } catch (GazeRefusedException e) {
            throw new UsageError("refused: " + e.getMessage(), e);
        }
        facts.put("passes", passes);
        if (json != null) {
            JsonOutput.write(json, facts);
        }
        System.out.println(passes ? "pass" : "FAIL");
        return passes ? 0 : 1;
    }

    private boolean camera(Map<String, Object> facts) throws IOException {
        FlatCamModel model = FlatCamModels.load(calibration);
        DeviceFile.Noise noise = DeviceFile.noise(calibration);
        HotPixels hot = DeviceFile.hotPixels(calibration, model.sensor());
        RigDescription rig = new RigDescription(model.sensor(), model.geometry(), model.sceneRows());
        List<Map<String, Object>> frames = new ArrayList<>();
        boolean passes = true;
        for (Path file : raw) {
            float[] frame = rig.frame(file);
            hot.repair(frame);
            float[] plane = rig.plane(frame, Math.min(1, rig.colours() - 1));
            CameraHealth health = CameraHealth.of(model, noise, plane, null);
            if (frames.isEmpty() && html != null) {
                CameraReport.write(model, health, plane, health.facts(), html);
            }
            passes &= health.right().verdict() == FrameHealth.Verdict.RIGHT;
            System.out.println(file + ": " + health.right().text());
            Map<String, Object> account = health.facts();
            account.put("file", file.toString());
            frames.add(account);
        }
        facts.put("frames", frames);
        facts.put("calibration_id", model.id());
        return passes;
    }

    private boolean gaze(Map<String, Object> facts) throws IOException {
        GazeProfiles.Profile profile = new GazeProfiles(profiles).load(name, device);
        List<Direction> fitted = new ArrayList<>();
        profile.facts()
                .path("fit_targets")
                .forEach(target -> fitted.add(
                        new Direction(target.get(0).asDouble(), target.get(1).asDouble())));
        GazeValidation validation = GazeValidation.of(profile.map(), SampleFile.read(samples), fitted);
        facts.put("profile", profile.id());
        facts.putAll(validation.facts());
        System.out.printf(
                Locale.ROOT,
                "%s: accuracy %.2f deg (worst target %.2f), precision %.2f deg, loss %.1f %%, %s%n",
                profile.id(),
                validation.accuracyDeg(),
                validation.worstDeg(),
                validation.precisionRmsDeg(),
                100 * validation.loss(),
                validation.rating());
        return validation.accuracyDeg() <= limitDeg;
    }
}
