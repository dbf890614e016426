package org.flatgaze.runtime.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvFrameSource;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.config.SourceConfig;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.demo.RenderedFrames;
import org.flatgaze.runtime.demo.SimulatedEye;

/** Opens the frame source that a configuration names. */
final class FrameSources {

    private static final int PROGRESS_FRAMES = 200;

    private FrameSources() {}

    /**
     * Opens a source; a simulator renders its frames first unless they are in the cache.
     *
     * @param format what the camera's calibration is for
     * @param device the reference device; {@code null} where a calibration of another sensor was given
     * @param say hears how far rendering is
     * @throws IOException if the source cannot be opened; one line that names it
     */
    static FrameSource open(SourceConfig config, SensorFormat format, ReferenceDevice device, Consumer<String> say)
            throws IOException, InterruptedException {
        return switch (config.kind()) {
            case REPLAY -> ReplayFrameSource.open(config.path().orElseThrow(), format, config.rate(), config.loop());
            case OPENCV ->
                config.path()
                        .<FrameSource>map(path -> video(path, format, config))
                        .orElseGet(() -> OpenCvFrameSource.camera(config.index(), format));
            case SIMULATOR -> simulator(config, device == null ? ReferenceDevice.open() : device, say);
        };
    }

    private static FrameSource video(Path path, SensorFormat format, SourceConfig config) {
        return OpenCvFrameSource.video(path, format, config.rate(), config.loop());
    }

    /** Drawing an eye takes longer than a frame lasts, so the frames are drawn ahead and then played in a loop. */
    private static FrameSource simulator(SourceConfig config, ReferenceDevice device, Consumer<String> say)
            throws IOException, InterruptedException {
        DemoSpec spec = new DemoSpec(config.frames(), config.people(), config.seed());
        RenderedFrames frames =
                new RenderedFrames(spec, SensorFormat.REFERENCE, () -> new SimulatedEye(spec, device.newOptics()), say);
        RenderedFrames.Ready ready = frames.openOrRender(
                CacheFolder.standard(), Runtime.getRuntime().availableProcessors(), (done, total) -> {
                    if (done == 1 || done % PROGRESS_FRAMES == 0) {
                        say.accept(String.format(
                                Locale.ROOT,
                                "simulator: rendered %d of %d frames (%d MB in all), kept for next time",
                                done,
                                total,
                                RenderedFrames.bytesFor(spec, SensorFormat.REFERENCE) / 1_000_000));
                    }
                });
        return ReplayFrameSource.of(ready.cache(), config.rate(), true);
    }
}
