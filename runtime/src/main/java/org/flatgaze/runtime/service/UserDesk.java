package org.flatgaze.runtime.service;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.GazeRefusedException;
import org.flatgaze.calibration.session.CalibrationSession;
import org.flatgaze.calibration.session.GazeHistory;
import org.flatgaze.calibration.session.ProfileInUse;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.gaze.UserCalibration;
import org.flatgaze.runtime.config.ConfigException;
import org.flatgaze.runtime.config.RunConfig;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.MqttTransport;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.remote.CalibrationDesk;

/** The user's side of a tracker in service: the profile in use, and the desk where clients calibrate. */
final class UserDesk implements AutoCloseable {

    private static final double HISTORY_SECONDS = 3 * CalibrationSession.LONGEST_SHOW_NANOS * 1e-9;

    private final GazeHistory history;
    private CalibrationDesk desk;

    private UserDesk(GazeHistory history) {
        this.history = history;
    }

    /** A desk that is still closed; null where the configuration keeps no profiles. */
    static UserDesk of(RunConfig config) {
        return config.user().profiles().isEmpty()
                ? null
                : new UserDesk(new GazeHistory(
                        (int) Math.ceil(HISTORY_SECONDS * config.source().rate())));
    }

    /** Takes note of a sample; publish thread, allocates nothing. */
    void see(GazeSample sample) {
        history.add(sample.captureNanos, sample.networkX, sample.networkY, sample.networkZ);
    }

    /**
     * Puts the configured profile in use and subscribes to commands; before the publisher starts.
     *
     * @param deviceId camera in use
     * @param pipelines uses a calibration from the next frame on
     * @throws ConfigException if the configured profile cannot be used
     */
    void open(
            RunConfig config,
            String deviceId,
            Consumer<UserCalibration> pipelines,
            GazePublisher publisher,
            MqttTransport transport,
            NanoClock clock,
            Consumer<String> say) {
        Topics topics = new Topics(config.device());
        ProfileInUse inUse = new ProfileInUse(
                new GazeProfiles(config.user().profiles().orElseThrow()),
                deviceId,
                config.pipeline().gazeModel(),
                (map, profileId) -> {
                    pipelines.accept(map);
                    publisher.info(publisher.info().withCalibrationId(profileId));
                });
        config.user().profile().ifPresent(name -> select(inUse, name));
        SecureRandom random = new SecureRandom();
        CalibrationSession session = new CalibrationSession(
                history, inUse, InstantSource.system(), () -> Integer.toHexString(random.nextInt() | 1 << 31));
        desk = new CalibrationDesk(topics, session, clock::nanoTime, publisher::post, say);
        transport.subscribe(topics.command("+"), 1, desk);
        desk.start();
    }

    private static void select(ProfileInUse inUse, String name) {
        try {
            inUse.select(name, 0);
        } catch (IOException | GazeRefusedException | IllegalArgumentException e) {
            throw new ConfigException("key 'user.profile': " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (desk != null) {
            desk.close();
        }
    }
}
