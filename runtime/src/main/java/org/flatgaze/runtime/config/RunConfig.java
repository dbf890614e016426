package org.flatgaze.runtime.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.config.SourceConfig.Kind;
import org.flatgaze.runtime.loop.Backends;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Tuning;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeEncoding;
import org.flatgaze.runtime.publish.Topics;

/**
 * Everything {@code flatgaze run} is told by its file; {@link #example()} is such a file with every key explained.
 *
 * @param device name in the topics
 * @param eye which eye the camera looks at
 * @param source where frames come from
 * @param calibration camera calibration file; empty for the reference device
 * @param models folder of the models; empty for the installed ones
 * @param user the user's profiles
 * @param broker where samples go
 * @param encoding how gaze messages are written
 * @param batch samples per message; 1 for now
 * @param pipeline networks, region of interest, thresholds
 * @param frameThreads how many threads process frames
 * @param regions where regions of interest are computed
 * @param deadlinePeriods frame periods after which a frame is given up
 * @param accelerator id of the backend that runs the networks
 * @param system what is asked of the operating system
 */
public record RunConfig(
        String device,
        Eye eye,
        SourceConfig source,
        Optional<Path> calibration,
        Optional<Path> models,
        UserConfig user,
        BrokerConfig broker,
        GazeEncoding encoding,
        int batch,
        PipelineConfig pipeline,
        FrameThreads frameThreads,
        RegionMode regions,
        int deadlinePeriods,
        String accelerator,
        Tuning system) {

    private static final String EXAMPLE = "example.yml";
    private static final List<String> EYES = List.of("left", "right", "combined");
    private static final List<String> ENCODINGS = List.of("cbor", "json");
    private static final List<String> FRAME_THREADS =
            Arrays.stream(FrameThreads.values()).map(FrameThreads::id).toList();
    private static final List<String> REGION_MODES = List.of("auto", "worker", "sliced");
    private static final List<String> KINDS = List.of("simulator", "replay", "opencv");

    /**
     * Reads a file; relative paths in it are relative to its folder.
     *
     * @throws ConfigException if the file is missing, is not YAML, or a key is unknown, missing or has a bad value
     */
    public static RunConfig read(Path file) {
        return of(YamlSection.ofFile(file));
    }

    /** Reads {@code text} as if it stood in {@code file}; see {@link #read}. */
    static RunConfig parse(Path file, String text) {
        return of(YamlSection.ofText(file, text));
    }

    /** An example with every key and its default, explained. */
    public static String example() {
        try (InputStream in = RunConfig.class.getResourceAsStream(EXAMPLE)) {
            if (in == null) {
                throw new IllegalStateException(EXAMPLE + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunConfig of(YamlSection file) {
        file.allow(
                "device",
                "eye",
                "source",
                "camera",
                "models",
                "user",
                "broker",
                "mqtt",
                "pipeline",
                "accelerator",
                "system");
        String device = device(file);
        Eye eye = Eye.valueOf(upper(file.choice("eye", "right", EYES)));
        SourceConfig source = source(file.section("source"));
        Optional<Path> calibration = calibration(file.section("camera"));
        if (source.kind() == Kind.OPENCV && calibration.isEmpty()) {
            throw file.bad(
                    "source",
                    "an OpenCV camera is not the reference device; add camera.calibration with the file of"
                            + " 'flatgaze calibrate camera'");
        }
        Optional<Path> models =
                Optional.ofNullable(file.existing("models", "name the folder that holds manifest.json"));
        UserConfig user = user(file.section("user"));
        BrokerConfig broker = broker(file.section("broker"));
        YamlSection mqtt = file.section("mqtt");
        GazeEncoding encoding = GazeEncoding.valueOf(upper(mqtt.choice("encoding", "cbor", ENCODINGS)));
        int batch = (int) mqtt.integer("batch", 1, 1, 1);
        mqtt.finish();
        YamlSection stages = file.section("pipeline");
        PipelineConfig pipeline = pipeline(stages);
        FrameThreads frameThreads = FrameThreads.of(stages.choice("frameThreads", "auto", FRAME_THREADS));
        RegionMode regions = RegionMode.valueOf(upper(stages.choice("roiMode", "auto", REGION_MODES)));
        if (frameThreads == FrameThreads.TWO && regions == RegionMode.SLICED) {
            throw stages.bad("frameThreads", "'2' does not go with 'roiMode: sliced'; leave one of them at auto");
        }
        int deadlinePeriods = (int) stages.integer("deadlinePeriods", 2, 1, 1000);
        stages.finish();
        String accelerator = file.choice("accelerator", Backends.IDS.getFirst(), Backends.IDS);
        return new RunConfig(
                device,
                eye,
                source,
                calibration,
                models,
                user,
                broker,
                encoding,
                batch,
                pipeline,
                frameThreads,
                frameThreads.regions(regions),
                deadlinePeriods,
                accelerator,
                system(file.section("system")));
    }

    private static String device(YamlSection file) {
        String device = file.text("device", "give the device a name, such as 'headset-1'");
        try {
            return new Topics(device).device();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file.bad("device", e.getMessage()).getMessage(), e);
        }
    }

    private static SourceConfig source(YamlSection section) {
        Kind kind = Kind.valueOf(upper(section.choice("kind", null, KINDS)));
        Path path = section.existing("path", "name a recording or a video");
        SourceConfig source = new SourceConfig(
                kind,
                Optional.ofNullable(path),
                (int) section.integer("index", 0, 0, 63),
                section.number("rate", 240, 1, 2000),
                section.flag("loop", true),
                section.integer("seed", 1, 0, Long.MAX_VALUE),
                (int) section.integer("people", 8, 1, 10_000),
                (int) section.integer("frames", 2000, 1, 1_000_000));
        if (source.people() > source.frames()) {
            throw section.bad(
                    "people",
                    "'" + source.people() + "' is more than 'frames', " + source.frames()
                            + "; every person needs at least one frame");
        }
        if (kind == Kind.REPLAY && path == null) {
            throw section.bad("path", "is missing; a replay needs a frame file, a .npy stack or a folder of PNG files");
        }
        if (kind == Kind.SIMULATOR && path != null) {
            throw section.bad("path", "has no meaning for a simulator; remove it, or set kind to replay");
        }
        section.finish();
        return source;
    }

    private static Optional<Path> calibration(YamlSection section) {
        Path path = section.existing("calibration", "name the file that 'flatgaze calibrate camera' wrote");
        section.finish();
        return Optional.ofNullable(path);
    }

    private static UserConfig user(YamlSection section) {
        Path profiles = section.folder("profiles", "name the folder where profiles are to be kept");
        String profile = section.text("profile", null, "name a profile of the folder, or leave it out for none");
        if (profile != null && profiles == null) {
            throw section.bad("profile", "is of no use without 'user.profiles'; add the folder it lies in");
        }
        section.finish();
        return new UserConfig(Optional.ofNullable(profiles), Optional.ofNullable(profile));
    }

    private static BrokerConfig broker(YamlSection section) {
        String remedy = "expected tcp://host:port or ssl://host:port";
        String uri = section.text("uri", remedy);
        try {
            URI parsed = new URI(uri);
            boolean scheme = "tcp".equals(parsed.getScheme()) || "ssl".equals(parsed.getScheme());
            if (!scheme || parsed.getHost() == null || parsed.getPort() < 1) {
                throw section.bad("uri", "'" + uri + "' is no broker; " + remedy);
            }
        } catch (URISyntaxException e) {
            throw new ConfigException(
                    section.bad("uri", "'" + uri + "' is no broker; " + remedy).getMessage(), e);
        }
        Optional<String> username = Optional.ofNullable(section.text("username", null, "leave it out for anonymous"));
        Optional<Path> passwordFile =
                Optional.ofNullable(section.existing("passwordFile", "write the password into that file"));
        if (username.isEmpty() && passwordFile.isPresent()) {
            throw section.bad("passwordFile", "is of no use without 'broker.username'; add it");
        }
        section.finish();
        return new BrokerConfig(uri, username, passwordFile);
    }

    private static PipelineConfig pipeline(YamlSection section) {
        PipelineConfig base = PipelineConfig.DEFAULT.withNetworks(Networks.COMPACT);
        int period = (int) section.integer("roiPeriod", base.schedule().period(), 2, 10_000);
        // Live, the newest region is used at once, so the lag is not a setting here.
        RoiSchedule schedule = new RoiSchedule(period, Math.min(base.schedule().lag(), period), (int)
                section.integer("roiEarlyAfter", base.schedule().earlyAfter(), 1, 10_000));
        return new PipelineConfig(
                section.text("gazeModel", base.gazeModel(), "name a model of the manifest"),
                section.text("segmentationModel", base.segmentationModel(), "name a model of the manifest"),
                schedule,
                RegionPolicy.NEWEST,
                base.regionTimeoutMillis(),
                (float) section.number("closedBelow", base.closedBelow(), 0, 1),
                (float) section.number("saturatedAbove", base.saturatedAbove(), 0, 1),
                (float) section.number("darkBelow", base.darkBelow(), 0, 1),
                base.expectedIrisPx());
    }

    private static Tuning system(YamlSection section) {
        Tuning tuning = new Tuning(
                section.flag("pin", false), section.flag("lockMemory", false), section.flag("keepAwake", false), (int)
                        section.integer("realTimePriority", 0, 0, 99));
        section.finish();
        return tuning;
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
