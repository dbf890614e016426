package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.DatasetFormat.Truth;

/**
 * The pictures of an OpenEDS folder (which its owner has, and which is not shipped) as the source of a set. OpenEDS 2019 gives
 * label maps and no directions, OpenEDS 2020 directions and no label maps; there the iris box, about which training cuts its
 * pictures, is what the committed segmentation network finds in each picture.
 */
public final class OpenEdsPictures implements FrameSupply {

    /** Frames of a shard: 59 MB while it is made. */
    private static final int FRAMES_PER_SHARD = 400;

    private final OpenEdsSpec spec;
    private final int framesPerShard;
    private OpenEdsFolder source;
    private List<OpenEdsPicture> pictures;
    private ReferenceDevice device;
    /** Null where label maps say where the iris is. */
    private IrisNetwork network;

    public OpenEdsPictures(OpenEdsSpec spec) {
        this(spec, FRAMES_PER_SHARD);
    }

    OpenEdsPictures(OpenEdsSpec spec, int framesPerShard) {
        this.spec = spec;
        this.framesPerShard = framesPerShard;
    }

    @Override
    public void open(ReferenceDevice newDevice) throws IOException {
        device = newDevice;
        source = OpenEdsFolder.find(spec.folder(), spec.split());
        List<OpenEdsPicture> all = hasLabels() ? OpenEdsMasks.list(source) : OpenEdsSequences.list(source, spec.axes());
        pictures = new ArrayList<>();
        for (int i = 0; i < all.size(); i += spec.every()) {
            pictures.add(all.get(i));
        }
        if (!hasLabels()) {
            network = IrisNetwork.open(Installation.models(null), device.filterId());
        }
    }

    private boolean hasLabels() {
        return source.layout() == OpenEdsFolder.Layout.SEGMENTATION_2019;
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("split", source.split().key());
        manifest.put("source", source.layout().key());
        manifest.put("truth", List.of((hasLabels() ? Truth.SEGMENTATION : Truth.GAZE).key()));
        manifest.put("first_person", source.split().firstPerson());
        manifest.put("people", people());
        manifest.put("frames", pictures.size());
        manifest.put("every", spec.every());
        manifest.put("seed", spec.seed());
        manifest.put("frames_per_shard", framesPerShard);
        manifest.put("placement", "whole picture, edge carried on");
        if (!hasLabels()) {
            manifest.put("axes", spec.axes().toString());
            manifest.put("iris_box_found_by", network.name());
        }
        manifest.put("pictures_sha256", digest());
        return manifest;
    }

    /**
     * Whether the directions of the written set go with its pictures.
     *
     * @param set folder of the set
     * @return empty if it has no directions
     * @throws IOException if the set cannot be read
     */
    public Optional<GazeAgreement> agreement(Path set) throws IOException {
        return hasLabels() ? Optional.empty() : Optional.of(GazeAgreement.of(set));
    }

    @Override
    public int people() {
        return (int)
                pictures.stream().mapToInt(OpenEdsPicture::person).distinct().count();
    }

    /** Names, people and directions, so that a set is not gone on with from other pictures. */
    private String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (OpenEdsPicture picture : pictures) {
                String line = source.folder().relativize(picture.file()) + " " + picture.person() + " "
                        + Arrays.toString(picture.gaze()) + "\n";
                digest.update(line.replace('\\', '/').getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int shards() {
        return (pictures.size() + framesPerShard - 1) / framesPerShard;
    }

    @Override
    public int frames(int shard) {
        return Math.min(framesPerShard, pictures.size() - shard * framesPerShard);
    }

    @Override
    public boolean raw() {
        return spec.raw();
    }

    @Override
    public Maker newMaker() {
        return new PictureMaker(new RealFrame(device.newInstance()), network == null ? null : network.newFinder());
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
    }

    private final class PictureMaker implements Maker {

        private final RealFrame frame;
        /** Null where label maps say where the iris is. */
        private final IrisNetwork.Finder finder;

        PictureMaker(RealFrame frame, IrisNetwork.Finder finder) {
            this.frame = frame;
            this.finder = finder;
        }

        @Override
        public void make(int shard, ShardWriter out) throws IOException {
            for (int i = 0; i < frames(shard); i++) {
                int index = shard * framesPerShard + i;
                OpenEdsPicture picture = pictures.get(index);
                frame.expose(
                        read(picture), picture.person(), new SplittableRandom(FrameFactory.mix(spec.seed(), index)));
                if (picture.gaze() != null) {
                    frame.gaze(picture.gaze());
                    frame.irisFoundIn(finder.find(frame));
                }
                out.add(frame);
            }
        }

        private EyePicture read(OpenEdsPicture picture) throws SourceException {
            Path labels = picture.labels();
            try {
                EyePicture eye = EyePicture.read(picture.file());
                return labels == null ? eye : eye.withLabels(Npy.read(labels), labels);
            } catch (IOException e) {
                throw new SourceException(e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            if (finder != null) {
                finder.close();
            }
        }
    }
}
