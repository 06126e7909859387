import {
	NeutralToneMapping,
	PerspectiveCamera,
	Raycaster,
	Scene,
	Sphere,
	Spherical,
	Vector2,
	Vector3,
	WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import type { ReportCamera } from "../../api/types.ts";
import { onThemeChange } from "../../state/use-theme.ts";
import { createLights } from "./environments.ts";
import { type Flight, startFlight } from "./flight.ts";
import { createFrameBudget, type Drawing } from "./frame-budget.ts";
import { createGroundShadow } from "./ground-shadow.ts";
import { loadGlb } from "./load-glb.ts";
import { createMarks } from "./marks.ts";
import { takePhotoCamera } from "./photo-projection.ts";
import { isSoftwareGl } from "./software-gl.ts";
import { createSurface } from "./surface-modes.ts";
import { transparentPicture } from "./transparent-picture.ts";
import type {
	LightName,
	ModelGeometry,
	Pose,
	Vec3,
	Viewer,
	ViewMode,
} from "./types.ts";

const FOV_DEGREES = 30;
const SPIN_RADIANS_PER_SECOND = 0.5;
/** The camera rests when it has not moved for so long. */
const REST_MS = 250;
/** Without a graphics card edges are smoothed by drawing more pixels, this many at most, once the camera rests. */
const MOST_REST_PIXELS = 2_000_000;
const HOME_DIRECTION = new Vector3(0.55, 0.35, 1).normalize();

/** A view of one model in a canvas. Draws only when something changed. Throws where there is no WebGL. */
export function createViewer(canvas: HTMLCanvasElement): Viewer {
	const isSoftware = isSoftwareGl();
	const renderer = new WebGLRenderer({
		canvas,
		// Several samples for each pixel of every frame: too much for a processor.
		antialias: !isSoftware,
		// Laid over the page by the processor too, an opaque canvas without round corners takes a third of the time.
		alpha: !isSoftware,
		preserveDrawingBuffer: false,
	});
	renderer.toneMapping = NeutralToneMapping;
	renderer.setClearColor("#000", isSoftware ? 1 : 0);
	canvas.classList.toggle("opaque", isSoftware);
	const gl = renderer.getContext();
	const onePixel = new Uint8Array(4);
	const scene = new Scene();
	const camera = new PerspectiveCamera(FOV_DEGREES, 1, 0.01, 100);
	const controls = new OrbitControls(camera, canvas);
	const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
	controls.dampingFactor = 0.12;
	const lights = createLights(renderer, scene);
	const shadow = createGroundShadow();
	const marks = createMarks();
	scene.add(shadow.mesh, marks.group);

	let surface: ReturnType<typeof createSurface> | undefined;
	let model: ModelGeometry | undefined;
	let mode: ViewMode = "textured";
	let light: LightName = "soft";
	const bounds = new Sphere(new Vector3(), 1);
	let photo: ReportCamera | undefined;
	let flight: Flight | undefined;
	let spins = false;
	let isDragging = false;
	let scheduled = 0;
	let lastFrame = 0;
	const budget = createFrameBudget();
	let drawn: Drawing = budget.drawing(false);
	/** Whether the next full frame compiles shaders and uploads the model: its time says nothing. */
	let isCold = true;
	let isTimed = false;
	const lastPosition = new Vector3();
	const lastTarget = new Vector3();
	let lastMotionMs = Number.NEGATIVE_INFINITY;
	let restTimer: ReturnType<typeof setTimeout> | undefined;
	const poseListeners = new Set<(pose: Pose, byUser: boolean) => void>();
	const leaveListeners = new Set<() => void>();

	const invalidate = (): void => {
		scheduled ||= requestAnimationFrame(frame);
	};

	const frame = (now: number): void => {
		scheduled = 0;
		// React takes the element away a moment before the viewer is told.
		if (!canvas.isConnected) return;
		const elapsed = lastFrame === 0 ? 0 : now - lastFrame;
		let goesOn = false;
		if (flight) {
			goesOn = flight.step(now);
			if (!goesOn) flight = undefined;
		}
		if (spins && !photo) {
			rotate((Math.min(elapsed, 100) / 1000) * SPIN_RADIANS_PER_SECOND, 0);
			goesOn = true;
		}
		// Coming to rest slowly takes a hundred frames.
		controls.enableDamping = !isCalm && !budget.isSlow();
		// In a photo's place the controls would take its roll away.
		if (!photo && controls.update()) goesOn = true;
		const isMoving = noteMotion(now, goesOn);
		const drawing = budget.drawing(isMoving);
		apply(drawing);
		if (isSoftware) takeBackground();
		const startMs = performance.now();
		renderer.render(scene, camera);
		noteTime(startMs, elapsed, isMoving);
		lastFrame = goesOn || isDragging ? now : 0;
		const pose = poseNow();
		for (const listener of poseListeners) listener(pose, isDragging);
		if (goesOn) invalidate();
	};

	/** The stage's colour, as the theme has it now. */
	const takeBackground = (): void => {
		const { backgroundColor } = getComputedStyle(canvas);
		// Transparent as long as the styles have not reached it.
		if (backgroundColor.startsWith("rgb("))
			renderer.setClearColor(backgroundColor);
	};

	/** Whether the camera is on its way; afterwards one more frame comes, with everything. */
	const noteMotion = (now: number, goesOn: boolean): boolean => {
		const hasMoved =
			camera.position.distanceToSquared(lastPosition) +
				controls.target.distanceToSquared(lastTarget) >
			1e-12 * bounds.radius ** 2;
		lastPosition.copy(camera.position);
		lastTarget.copy(controls.target);
		if (hasMoved) lastMotionMs = now;
		const isMoving =
			goesOn || now - lastMotionMs < REST_MS || (isDragging && drawn.isCoarse);
		clearTimeout(restTimer);
		if (isMoving && !goesOn && (budget.isSlow() || !isTimed))
			restTimer = setTimeout(invalidate, REST_MS);
		return isMoving;
	};

	const noteTime = (
		startMs: number,
		elapsedMs: number,
		isMoving: boolean,
	): void => {
		if (!surface) return;
		if (isMoving && !drawn.isCoarse) {
			budget.noteMoving(elapsedMs);
			return;
		}
		if (!isMoving && isCold && !budget.isSlow()) {
			isCold = false;
			invalidate();
			return;
		}
		// Read back, a frame is known to be drawn.
		gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, onePixel);
		const ms = performance.now() - startMs;
		if (isMoving) budget.noteMoving(ms);
		else {
			isTimed = true;
			budget.noteFull(ms);
			if (budget.isSlow()) surface.prepareCoarse();
		}
	};

	const apply = (drawing: Drawing): void => {
		const before = drawn;
		drawn = drawing;
		if (drawing.isCoarse !== before.isCoarse) {
			surface?.show({ mode, light, isCoarse: drawing.isCoarse });
			canvas.dataset.quality = drawing.isCoarse ? "moving" : "full";
		}
		if (drawing.pixelRatio !== before.pixelRatio) setSize();
	};

	/** Pixels per CSS pixel when nothing moves. */
	const restRatio = (width: number, height: number): number =>
		isSoftware
			? Math.min(2, Math.sqrt(MOST_REST_PIXELS / (width * height)))
			: Math.min(2, window.devicePixelRatio);

	/** As many pixels as are to be drawn now. Empties the canvas. */
	const setSize = (): void => {
		const { clientWidth: width, clientHeight: height } = canvas;
		if (width === 0 || height === 0) return;
		renderer.setPixelRatio(drawn.pixelRatio ?? restRatio(width, height));
		renderer.setSize(width, height, false);
		camera.aspect = width / height;
		if (photo) takePhotoCamera(camera, photo, width, height);
		else camera.updateProjectionMatrix();
	};

	const resize = (): void => {
		setSize();
		invalidate();
	};

	const leavePhoto = (): void => {
		if (!photo) return;
		photo = undefined;
		shadow.mesh.visible = true;
		camera.scale.set(1, 1, 1);
		camera.up.set(0, 1, 0);
		camera.updateProjectionMatrix();
		for (const listener of leaveListeners) listener();
		invalidate();
	};

	const flyToPose = (pose: Pose): void => {
		leavePhoto();
		flight = startFlight(camera, controls.target, pose, performance.now());
		lastFrame = 0;
		invalidate();
	};

	const poseFrom = (direction: Vector3, target = bounds.center): Pose => {
		const half = (camera.fov / 2) * (Math.PI / 180);
		const narrow = Math.min(1, camera.aspect);
		const distance = (bounds.radius * 1.08) / Math.sin(half) / narrow;
		const position = target
			.clone()
			.add(direction.clone().normalize().multiplyScalar(distance));
		return { position: position.toArray(), target: target.toArray() };
	};

	const rotate = (yaw: number, pitch: number, zoom = 1): void => {
		const offset = camera.position.clone().sub(controls.target);
		const around = new Spherical().setFromVector3(offset);
		around.theta += yaw;
		around.phi = Math.min(Math.PI - 0.02, Math.max(0.02, around.phi + pitch));
		around.radius *= zoom;
		camera.position
			.copy(controls.target)
			.add(new Vector3().setFromSpherical(around));
	};

	const poseNow = (): Pose => ({
		position: camera.position.toArray(),
		target: controls.target.toArray(),
	});

	const show = (): void => {
		surface?.show({ mode, light, isCoarse: drawn.isCoarse });
		isCold = true;
		isTimed = false;
		invalidate();
	};

	controls.addEventListener("change", invalidate);
	controls.addEventListener("start", () => {
		isDragging = true;
		flight = undefined;
		leavePhoto();
	});
	controls.addEventListener("end", () => {
		isDragging = false;
		invalidate();
	});
	const observer = new ResizeObserver(resize);
	observer.observe(canvas);
	const stopTheme = onThemeChange(invalidate);
	lights.set(light);
	canvas.dataset.quality = "full";
	resize();

	return {
		async load(glb, seen) {
			const { geometry, material } = await loadGlb(glb);
			const isFirst = surface === undefined;
			if (surface) {
				scene.remove(surface.group);
				surface.dispose();
			}
			const triangleCount =
				(geometry.index?.count ?? geometry.getAttribute("position").count) / 3;
			const fits = seen?.length === triangleCount;
			surface = createSurface(geometry, material, fits ? seen : undefined);
			scene.add(surface.group);
			if (geometry.boundingSphere) bounds.copy(geometry.boundingSphere);
			if (geometry.boundingBox) shadow.fit(geometry.boundingBox);
			camera.near = bounds.radius * 0.01;
			camera.far = bounds.radius * 200;
			controls.minDistance = bounds.radius * 0.15;
			controls.maxDistance = bounds.radius * 30;
			model = {
				positions: geometry.getAttribute("position").array as Float32Array,
				indices: geometry.index
					? Uint32Array.from(geometry.index.array)
					: Uint32Array.from({ length: triangleCount * 3 }, (_, i) => i),
			};
			if (isFirst) {
				const { position, target } = poseFrom(HOME_DIRECTION);
				camera.position.set(...position);
				controls.target.set(...target);
			}
			if (!photo) camera.updateProjectionMatrix();
			show();
			return {
				triangleCount,
				hasUvs: geometry.hasAttribute("uv"),
				hasSeen: fits,
			};
		},
		geometry: () => model,
		setMode(next) {
			mode = next;
			show();
		},
		setLight(next) {
			light = next;
			lights.set(next);
			show();
		},
		setSpin(next) {
			spins = next;
			if (next) leavePhoto();
			lastFrame = 0;
			invalidate();
		},
		home: () => flyToPose(poseFrom(HOME_DIRECTION)),
		lookFromSide: (direction) => flyToPose(poseFrom(new Vector3(...direction))),
		lookFrom(next) {
			if (!next) {
				leavePhoto();
				return;
			}
			photo = next;
			flight = undefined;
			shadow.mesh.visible = false;
			takePhotoCamera(camera, next, canvas.clientWidth, canvas.clientHeight);
			// What orbiting goes on around.
			const forward = camera.getWorldDirection(new Vector3());
			const depth = bounds.center.clone().sub(camera.position).dot(forward);
			controls.target
				.copy(camera.position)
				.addScaledVector(forward, Math.max(depth, camera.near));
			invalidate();
		},
		flyTo({ point, normal, radius }) {
			const target = new Vector3(...point);
			const half = (camera.fov / 2) * (Math.PI / 180);
			const distance = Math.max(
				(radius * 2.2) / Math.sin(half),
				bounds.radius * 1.1,
			);
			const direction = new Vector3(...normal);
			// From straight above or below, orbiting has no way to turn.
			if (Math.abs(direction.y) > 0.97) direction.z += 0.25;
			flyToPose({
				position: target
					.clone()
					.add(direction.normalize().multiplyScalar(distance))
					.toArray(),
				target: target.toArray(),
			});
		},
		nudge(yaw, pitch, zoom) {
			flight = undefined;
			leavePhoto();
			rotate(yaw, pitch, zoom);
			invalidate();
		},
		pose: poseNow,
		setPose({ position, target }) {
			leavePhoto();
			flight = undefined;
			camera.position.set(...position);
			controls.target.set(...target);
			invalidate();
		},
		pick(x, y) {
			if (!surface) return undefined;
			const ray = new Raycaster();
			ray.setFromCamera(
				new Vector2(
					(x / canvas.clientWidth) * 2 - 1,
					1 - (y / canvas.clientHeight) * 2,
				),
				camera,
			);
			const [hit] = ray.intersectObject(surface.whole, false);
			return hit?.point.toArray();
		},
		setMarks(points: readonly Vec3[]) {
			marks.set(points, bounds.radius);
			invalidate();
		},
		project(point) {
			const seen = new Vector3(...point).project(camera);
			return [
				((seen.x + 1) / 2) * canvas.clientWidth,
				((1 - seen.y) / 2) * canvas.clientHeight,
			];
		},
		screenshot() {
			apply(budget.drawing(false));
			if (isSoftware)
				return transparentPicture(canvas, (background) => {
					renderer.setClearColor(background ? "#fff" : "#000");
					renderer.render(scene, camera);
				}).finally(invalidate);
			renderer.render(scene, camera);
			return new Promise((resolve, reject) =>
				canvas.toBlob((blob) =>
					blob ? resolve(blob) : reject(new Error("no picture")),
				),
			);
		},
		onPose(listener) {
			poseListeners.add(listener);
			return () => poseListeners.delete(listener);
		},
		onLeavePhoto(listener) {
			leaveListeners.add(listener);
			return () => leaveListeners.delete(listener);
		},
		dispose() {
			cancelAnimationFrame(scheduled);
			clearTimeout(restTimer);
			scheduled = 1; // nothing is drawn any more
			observer.disconnect();
			stopTheme();
			controls.dispose();
			surface?.dispose();
			shadow.dispose();
			marks.dispose();
			lights.dispose();
			renderer.dispose();
			renderer.forceContextLoss();
		},
	};
}
