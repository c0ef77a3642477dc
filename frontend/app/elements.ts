/** Custom elements define themselves when their file is loaded; a new file in frontend/elements is enough. */
import.meta.glob('../elements/*.ts', { eager: true });
