package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.flatcam.sim.Disturbances;
import org.flatgaze.runtime.ReferenceDevice;

/** Simulated people as the source of a set. */
public final class SimulatedPeople implements FrameSupply {

    /** Devices that share a wide set. */
    private static final int NEIGHBOURS = 12;

    private final DatasetSpec spec;
    private List<ReferenceDevice> devices;

    public SimulatedPeople(DatasetSpec spec) {
        this.spec = spec;
    }

    @Override
    public void open(ReferenceDevice device) {
        devices = spec.wide() ? device.neighbours(NEIGHBOURS) : List.of(device);
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("split", spec.split().key());
        manifest.put("first_person", spec.split().firstPerson());
        manifest.put("people", spec.people());
        manifest.put("frames_per_person", spec.framesPerPerson());
        manifest.put("sessions", spec.sessions());
        manifest.put("seed", spec.seed());
        manifest.put("people_per_shard", spec.peoplePerShard());
        if (spec.wide()) {
            manifest.put("wide", true);
        }
        return manifest;
    }

    @Override
    public int shards() {
        return spec.shards();
    }

    @Override
    public int frames(int shard) {
        return spec.peopleInShard(shard) * spec.framesPerPerson();
    }

    @Override
    public int people() {
        return spec.people();
    }

    @Override
    public boolean raw() {
        return spec.raw();
    }

    @Override
    public Maker newMaker() {
        return new PeopleMaker(new FrameFactory(
                devices.stream().map(ReferenceDevice::newInstance).toList(), spec.wide() ? new Disturbances() : null));
    }

    @Override
    public void close() {
        // Holds nothing but memory.
    }

    private final class PeopleMaker implements Maker {

        private final FrameFactory frames;

        PeopleMaker(FrameFactory frames) {
            this.frames = frames;
        }

        @Override
        public void make(int shard, ShardWriter out) throws IOException {
            for (int p = 0; p < spec.peopleInShard(shard); p++) {
                frames.beginPerson(spec.split().firstPerson() + shard * spec.peoplePerShard() + p);
                for (int i = 0; i < spec.framesPerPerson(); i++) {
                    int session = (int) ((long) i * spec.sessions() / spec.framesPerPerson());
                    frames.render(spec.seed(), session, i);
                    out.add(frames);
                }
            }
        }

        @Override
        public void close() {
            // Holds nothing but memory.
        }
    }
}
