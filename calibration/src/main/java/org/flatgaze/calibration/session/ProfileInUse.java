package org.flatgaze.calibration.session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.GazeProfiles.Profile;
import org.flatgaze.calibration.gaze.GazeRefusedException;
import org.flatgaze.pipeline.gaze.UserCalibration;

/**
 * The profile that the tracker uses now: stored first, used then. What cannot be stored or loaded changes nothing. One thread.
 */
public final class ProfileInUse {

    /** The tracker, which must use another map from its next frame on. */
    @FunctionalInterface
    public interface Tracker {

        /**
         * Uses a map.
         *
         * @param map what to apply to every direction
         * @param profileId its name in messages; null for no profile
         */
        void use(UserCalibration map, String profileId);
    }

    private static final String NETWORK = "gaze_model";

    private final GazeProfiles profiles;
    private final String deviceId;
    private final String network;
    private final Tracker tracker;
    private Profile current;

    /**
     * @param deviceId camera in use: profiles made with another one are refused
     * @param network gaze network in use: likewise, where the profile names one
     */
    public ProfileInUse(GazeProfiles profiles, String deviceId, String network, Tracker tracker) {
        this.profiles = profiles;
        this.deviceId = deviceId;
        this.network = network;
        this.tracker = tracker;
    }

    /**
     * Uses a stored profile.
     *
     * @param version 0 for the latest
     * @throws IOException if there is none or it is damaged
     * @throws GazeRefusedException if it was made with another device or network
     */
    public void select(String name, int version) throws IOException {
        use(version == 0 ? profiles.load(name, deviceId) : profiles.load(name, version, deviceId));
    }

    /** Uses none: the bare network. */
    public void clear() {
        current = null;
        tracker.use(UserCalibration.IDENTITY, null);
    }

    /** Stores a map under the next version of a name and uses it. */
    void store(String name, GazeMap map, Map<String, ?> facts) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(facts);
        all.put(NETWORK, network);
        use(profiles.save(name, deviceId, map, all));
    }

    private void use(Profile profile) {
        String madeWith = profile.facts().path(NETWORK).asText(network);
        if (!madeWith.equals(network)) {
            throw new GazeRefusedException(profile.id() + " was made with network " + madeWith + ", this is " + network
                    + "; calibrate this user with this network");
        }
        current = profile;
        tracker.use(profile.map(), profile.id());
    }

    /** The profile's id, null for none. */
    public String id() {
        return current == null ? null : current.id();
    }

    /** The profile's name without version, null for none. */
    String name() {
        return current == null ? null : current.name();
    }

    /** The map, null for none. */
    GazeMap map() {
        return current == null ? null : current.map();
    }

    /** Targets the map was fitted on. */
    List<Direction> fitTargets() {
        List<Direction> fitted = new ArrayList<>();
        if (current != null) {
            current.facts()
                    .path("fit_targets")
                    .forEach(target -> fitted.add(new Direction(
                            target.path(0).asDouble(), target.path(1).asDouble())));
        }
        return fitted;
    }
}
