package org.flatgaze.runtime.command.calibrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.kernels.KernelSet;
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
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.flatgaze.pipeline.reconstruct.MaskTurn;
import org.flatgaze.pipeline.reconstruct.ModelSpectrum;
import org.flatgaze.runtime.CameraFilter;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze validate}: whether a calibration belongs to a camera, or a profile to a user. */
@Command(
        name = "validate",
        description = "Hold a camera calibration against raw frames or its effect on the gaze, or a user's profile"
                + " against recorded targets.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exits with 1 if a frame is not this calibration's, if the mask has turned since by more than 0.1 degrees, if it"
                    + " moves the mean gaze error by more than 0.05 degrees, or if the profile's error is above --limit.",
            "Example: ./flatgaze validate --calibration device.npz --raw frame.png --html report.html",
            "         ./flatgaze validate --camera device.npz --people 20 --json effect.json",
            "         ./flatgaze validate --profiles profiles --name ada --samples ada-8.csv"
        })
public final class ValidateCommand implements Callable<Integer> {

    /** Half a sample at the edge of the reference device's frame. */
    private static final double LARGEST_TURN_DEG = 0.1;

    @Option(
            names = "--calibration",
            paramLabel = "PATH",
            description = "Camera calibration: .npz, or a folder with rig.json.")
    private Path calibration;

    @Option(names = "--raw", paramLabel = "PNG", split = ",", description = "Raw frames of the camera.")
    private List<Path> raw = List.of();

    @Option(
            names = "--camera",
            paramLabel = "NPZ",
            description = "Calibration of the simulated reference device: what it does to the gaze, against the truth.")
    private Path camera;

    @Option(names = "--people", defaultValue = "20", description = "--camera: simulated people (${DEFAULT-VALUE}).")
    private int people;

    @Option(names = "--frames", defaultValue = "20", description = "--camera: frames of each (${DEFAULT-VALUE}).")
    private int frames;

    @Option(names = "--seed", defaultValue = "1", description = "--camera: which people (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--model", defaultValue = "fbnet-c100", description = "--camera: gaze network (${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--models", paramLabel = "DIR", description = "--camera: folder of the networks.")
    private Path models;

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
        boolean frame = calibration != null && !raw.isEmpty();
        boolean gaze = profiles != null && name != null && samples != null;
        boolean effect = camera != null;
        if ((frame ? 1 : 0) + (gaze ? 1 : 0) + (effect ? 1 : 0) != 1) {
            throw new UsageError(
                    "give one of --calibration with --raw, --camera, or --profiles with --name and --samples");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        boolean passes;
        try {
            passes = frame ? frames(facts) : gaze ? gaze(facts) : effect(facts);
        } catch (IOException | IllegalArgumentException | ModelException | AcceleratorException e) {
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

    private boolean effect(Map<String, Object> facts) throws IOException {
        CameraFilter recovered = CameraFilter.of(camera);
        if (Double.isNaN(recovered.difference())) {
            throw new UsageError(
                    "--camera " + camera + ": not of the reference device (480 x 640 samples, 10 bit, scene of"
                            + " 256 x 256), and only that can be simulated; hold it against frames with --calibration and --raw");
        }
        CameraEffect found = CameraEffect.measure(
                Installation.models(models),
                model,
                recovered.referenceDevice(),
                recovered.filter(),
                people,
                frames,
                seed,
                done -> System.err.printf(Locale.ROOT, "validate: %d of %d people%n", done, people));
        facts.put("calibration_id", recovered.filter().model().id());
        facts.put("matrix_difference", recovered.difference());
        facts.putAll(found.facts());
        System.out.printf(
                Locale.ROOT,
                "%s: matrices differ by %.2f %%; mean gaze error %.3f deg with them, %.3f deg with the true ones: %+.4f +-"
                        + " %.4f deg over %d frames (limit %.2f)%n",
                camera,
                100 * recovered.difference(),
                found.recoveredDeg(),
                found.trueDeg(),
                found.differenceDeg(),
                found.uncertaintyDeg(),
                found.frames(),
                CameraEffect.LIMIT_DEG);
        return found.passes();
    }

    private boolean frames(Map<String, Object> facts) throws IOException {
        FlatCamModel loaded = FlatCamModels.load(calibration);
        DeviceFile.Noise noise = DeviceFile.noise(calibration);
        HotPixels hot = DeviceFile.hotPixels(calibration, loaded.sensor());
        RigDescription rig = new RigDescription(loaded.sensor(), loaded.geometry(), loaded.sceneRows());
        List<Map<String, Object>> accounts = new ArrayList<>();
        MaskTurn turn = new MaskTurn(ModelSpectrum.of(loaded), KernelSet.best());
        boolean passes = true;
        for (Path file : raw) {
            float[] frame = rig.frame(file);
            hot.repair(frame);
            float[] plane = rig.plane(frame, Math.min(1, rig.colours() - 1));
            CameraHealth health = CameraHealth.of(loaded, noise, plane, null);
            if (accounts.isEmpty() && html != null) {
                CameraReport.write(loaded, health, plane, health.facts(), html);
            }
            passes &= health.right().verdict() == FrameHealth.Verdict.RIGHT;
            if (health.right().verdict() != FrameHealth.Verdict.DARK) {
                turn.add(plane);
            }
            System.out.println(file + ": " + health.right().text());
            Map<String, Object> account = health.facts();
            account.put("file", file.toString());
            accounts.add(account);
        }
        facts.put("frames", accounts);
        facts.put("calibration_id", loaded.id());
        boolean straight = turn.frames() == 0 || isStraight(turn.estimate(), facts);
        return passes && straight;
    }

    private static boolean isStraight(MaskTurn.Estimate turn, Map<String, Object> facts) {
        facts.put("turn_deg", turn.turnDeg());
        facts.put("turn_error_deg", turn.errorDeg());
        boolean straight = Math.abs(turn.turnDeg()) <= LARGEST_TURN_DEG + 3 * turn.errorDeg();
        System.out.printf(
                Locale.ROOT,
                "turn of the mask since calibration: %+.3f +- %.3f deg (limit %.1f)%s%n",
                turn.turnDeg(),
                turn.errorDeg(),
                LARGEST_TURN_DEG,
                straight ? "" : "; calibrate the camera again");
        return straight;
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
