package org.flatgaze.runtime.command.calibrate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.flatgaze.calibration.camera.CalibrationRefusedException;
import org.flatgaze.calibration.camera.CaptureLimits;
import org.flatgaze.calibration.camera.CaptureProgress;
import org.flatgaze.calibration.camera.CaptureStore;
import org.flatgaze.calibration.camera.LiveCaptures;
import org.flatgaze.calibration.camera.PatternPlan;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.runtime.capture.CameraName;
import org.flatgaze.runtime.capture.ScreenPage;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Option;

/** Taking the captures of a calibration from a camera, by the options of {@code calibrate camera}. */
final class CaptureOptions {

    /** Long enough to fetch a ladder for the headset, or to find the browser. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(
            names = "--from",
            paramLabel = "CAMERA",
            description = "With --captures: first take those that are missing from v4l2:/dev/video0, opencv:0 or"
                    + " replay:FILE, whose frames are the patterns in order.")
    private String from;

    @Option(
            names = "--sensor",
            paramLabel = "WxH",
            defaultValue = "640x480",
            description = "With --from: size of its frames (default ${DEFAULT-VALUE}).")
    private String sensor;

    @Option(names = "--raw10", description = "With --from: the camera packs four 10-bit samples in five bytes.")
    private boolean raw10;

    @Option(
            names = "--screen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8765",
            description = "With --from: where the page that shows the patterns is served (default ${DEFAULT-VALUE};"
                    + " 0.0.0.0:8765 for a screen on another machine).")
    private String screen;

    @Option(
            names = "--settle",
            paramLabel = "MS",
            defaultValue = "200",
            description = "With --from: from a pattern's showing to its first frame (default ${DEFAULT-VALUE}).")
    private int settleMillis;

    /** Whether captures are to be taken. */
    boolean isAsked() {
        return from != null;
    }

    /**
     * What the camera delivers.
     *
     * @throws IllegalArgumentException with one line if the options contradict each other
     */
    SensorFormat format(int bits, boolean leftAligned) {
        String[] size = sensor.toLowerCase(Locale.ROOT).split("x", -1);
        try {
            if (size.length == 2) {
                Packing packing = raw10 ? Packing.RAW10 : leftAligned ? Packing.U16_HIGH : Packing.U16_LOW;
                return new SensorFormat(
                        Integer.parseInt(size[0]),
                        Integer.parseInt(size[1]),
                        bits,
                        bits == 8 && !leftAligned ? Packing.U8 : packing);
            }
        } catch (NumberFormatException _) {
            // the same complaint as for a missing x
        }
        throw new IllegalArgumentException("--sensor " + sensor + ": expected width x height, such as 640x480");
    }

    /**
     * Takes the captures that {@code folder} lacks.
     *
     * @throws CalibrationRefusedException if one is of no use
     * @throws IOException if camera or screen fail; what was taken is kept
     */
    void take(Path folder, PatternPlan plan, SensorFormat format, int frames, CaptureProgress progress)
            throws IOException {
        CameraName name = CameraName.of(from);
        try (FrameSource camera = open(name, format)) {
            int taken = name.kind() == CameraName.Kind.REPLAY
                    ? fill(LiveCaptures.inOrder(camera, frames), plan, folder, progress)
                    : fromScreen(camera, folder, plan, frames, progress);
            System.err.printf(Locale.ROOT, "calibrate: %d captures taken from %s, kept in %s%n", taken, from, folder);
        } catch (CalibrationRefusedException e) {
            throw new CalibrationRefusedException(e.getMessage() + " (those before it are kept in " + folder
                    + ": run the same command to take it again, or empty the folder to repeat all)");
        }
    }

    private static FrameSource open(CameraName name, SensorFormat format) {
        try {
            return name.open(format);
        } catch (IOException e) {
            throw new UsageError("--from " + e.getMessage(), e);
        }
    }

    private int fromScreen(FrameSource camera, Path folder, PatternPlan plan, int frames, CaptureProgress progress)
            throws IOException {
        try (ScreenPage page = new ScreenPage(address(), plan, PATIENCE)) {
            System.err.printf(
                    Locale.ROOT,
                    "calibrate: open %s on the screen in front of the camera and click it; %d patterns follow by"
                            + " themselves%n",
                    page.address(),
                    plan.shots().size());
            return fill(LiveCaptures.of(camera, page, settleMillis * 1_000_000L, frames), plan, folder, progress);
        }
    }

    private static int fill(LiveCaptures live, PatternPlan plan, Path folder, CaptureProgress progress)
            throws IOException {
        return CaptureStore.fill(live, plan, folder, CaptureLimits.DEFAULT, progress);
    }

    private InetSocketAddress address() {
        int colon = screen.lastIndexOf(':');
        try {
            if (colon > 0) {
                InetSocketAddress address = new InetSocketAddress(
                        screen.substring(0, colon), Integer.parseInt(screen.substring(colon + 1)));
                if (!address.isUnresolved()) {
                    return address;
                }
            }
        } catch (IllegalArgumentException _) {
            // the same complaint as for a missing port
        }
        throw new IllegalArgumentException("--screen " + screen + ": expected host:port, such as 127.0.0.1:8765");
    }
}
