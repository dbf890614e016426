package org.flatgaze.accel.cost;

import java.util.List;

/** The accelerator profiles that ship: one fitted to the published chip, one idealised, one of the sibling chip. */
public final class Presets {

    /** The simulated accelerator of EyeCoD (ISCA 2022) with the parameters that reproduce its ablation. */
    public static final String EYECOD_FIT = "eyecod-isca22-fit";

    /** The same lanes and clock with a mapping that leaves nothing idle: nothing fitted. */
    public static final String IDEAL = "ideal";

    /** The silicon prototype i-FlatCam, as far as it is public. */
    public static final String I_FLATCAM = "i-flatcam";

    private static final int KIB = 1024;

    private static final EyeWorkload EYECOD_WORKLOAD = new EyeWorkload(96, 160, 256, 256, 256, 256, 50);

    private static final AcceleratorProfile FIT = new AcceleratorProfile(
            EYECOD_FIT,
            "EyeCoD (ISCA 2022), simulated accelerator: published configuration, the rest fitted to its ablation or assumed, as named",
            128,
            8,
            370,
            335,
            2,
            512 * KIB,
            8,
            true,
            0,
            0,
            2 * 64 * KIB,
            512 * KIB,
            4,
            false,
            1,
            true,
            3,
            2,
            32,
            0,
            ReconstructionPlace.HOST,
            EYECOD_WORKLOAD,
            List.of("activationBytesPerCycle", "weightBytesPerCycle", "rowGroups", "segmentationSize", "fullFrameSize"),
            List.of(
                    "lendBlockLanes",
                    "outputBytesPerCycle",
                    "spillBytesPerCycle",
                    "overheadCyclesPerLayer",
                    "reconstruction",
                    "weightsResident"));

    private static final AcceleratorProfile IDEAL_PROFILE = new AcceleratorProfile(
            IDEAL,
            "the EyeCoD lanes and clock with 64 B/cycle of activations, resident weights and idle lanes taking rows",
            128,
            8,
            370,
            335,
            2,
            512 * KIB,
            64,
            true,
            0,
            0,
            2 * 64 * KIB,
            512 * KIB,
            4,
            true,
            8,
            true,
            3,
            2,
            32,
            0,
            ReconstructionPlace.HOST,
            EYECOD_WORKLOAD,
            List.of(),
            List.of("activationBytesPerCycle", "weightsResident", "rowGroups", "lendBlockLanes"));

    // Array, memories and port widths from the group's public predictor configuration; its own network is not public,
    // so the rate at which the weights of ours would stream in is an assumption and its 253 FPS cannot be re-derived.
    private static final AcceleratorProfile FLATCAM_CHIP = new AcceleratorProfile(
            I_FLATCAM,
            "i-FlatCam silicon (28 nm, 253 FPS, 91.49 uJ/frame with a network that is not public) running our workload",
            64,
            8,
            370,
            154.32,
            2,
            40 * KIB,
            64,
            false,
            64,
            0,
            180 * KIB,
            0,
            4,
            false,
            1,
            true,
            3,
            2,
            32,
            0,
            ReconstructionPlace.HOST,
            EYECOD_WORKLOAD,
            List.of(),
            List.of(
                    "lanes",
                    "weightBytesPerCycle",
                    "rowGroups",
                    "depthWiseColumnReuse",
                    "depthWiseRowReuse",
                    "lendBlockLanes",
                    "segmentationSize"));

    private Presets() {}

    /** All presets, the fitted one first. */
    public static List<AcceleratorProfile> all() {
        return List.of(FIT, IDEAL_PROFILE, FLATCAM_CHIP);
    }

    /**
     * The preset with this id.
     *
     * @throws IllegalArgumentException if there is none; the message lists the ids there are
     */
    public static AcceleratorProfile byId(String id) {
        for (AcceleratorProfile profile : all()) {
            if (profile.name().equals(id)) {
                return profile;
            }
        }
        throw new IllegalArgumentException("preset=" + id + ": expected one of "
                + String.join(", ", all().stream().map(AcceleratorProfile::name).toList()));
    }
}
